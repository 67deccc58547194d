"""Agreement, consensus and checks."""
