"""The plan of one stack, read from its recording: `as_text` for people, `as_json` for programs.

May import the engine, the reader of services and the cost; diagrams read `reach` and `sections.routing`.
"""

from offline.plan.report import as_json, as_text, verdict

__all__ = ["as_json", "as_text", "verdict"]
