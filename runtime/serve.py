"""The API's process: settings, logging, then the web server around the application factory."""

import uvicorn

from runtime.logging import configure_logging
from runtime.settings import load_settings


def main() -> None:
    """Serve the API until told to stop."""
    settings = load_settings()
    configure_logging(settings)
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=settings.api_host,
        port=settings.api_port,
        # Logging is set up already, with the redactor in it.
        log_config=None,
        timeout_graceful_shutdown=10,
        server_header=False,
    )


if __name__ == "__main__":
    main()
