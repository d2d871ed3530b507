"""AWS clients on the botocore session PynamoDB already has; a second session costs 90 ms of cold start."""

from functools import cache
from typing import Any

from botocore.config import Config
from pynamodb.connection import Connection

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
# Forms and links name the bucket's own region, which answers at once and is what a page's policy allows, and
# are signed as every region takes it; where older ways still work they are what botocore chooses.
S3_CONFIG = _CONFIG.merge(
    Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
)

_shared: list[Connection] = []


def dynamodb() -> Connection:
    """The one DynamoDB connection of this process, shared by every table."""
    if not _shared:
        use_dynamodb(
            Connection(
                connect_timeout_seconds=2,
                read_timeout_seconds=5,
                max_retry_attempts=3,
                max_pool_connections=50,
            )
        )
    return _shared[0]


def use_dynamodb(connection: Connection) -> None:
    """Let every table speak through this connection (the local run's loader has a leaner one)."""
    _shared[:] = [connection]


@cache
def client(service: str) -> Any:
    """The client of another AWS service, made once per process."""
    connection = dynamodb()
    config = S3_CONFIG if service == "s3" else _CONFIG
    return connection.session.create_client(service, region_name=connection.region, config=config)
