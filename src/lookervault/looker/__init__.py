"""The way to Looker: settings, session, transport, limiter, retries and the gateway over them."""
