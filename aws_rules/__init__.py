"""What AWS and the two applications allow, as pure functions: no Pulumi, no network, no files."""
