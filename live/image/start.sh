#!/usr/bin/env bash
# Stands for the script of this name in Open WebUI's image, which is the image's command.
exec python -m uvicorn open_webui.main:app --host "$HOST" --port "$PORT" \
    --forwarded-allow-ips "$FORWARDED_ALLOW_IPS" --workers "${UVICORN_WORKERS:-1}"
