"""Deploys the real serverless.yml to a MiniStack of its own and uses what came up.

python -m infra.build.deploy_local
"""

import os
import secrets as random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra import description
from infra.build import package
from infra.description import ROOT
from infra.local import names
from infra.local.providers.running import Providers
from kit import aws, secrets

SERVICES = (
    "apigateway,cloudformation,cloudwatch,dynamodb,dynamodbstreams,events,iam,lambda,logs,monitoring,s3,scheduler,"
    "sns,sqs,ssm,sts"
)

_QUIET_LOOKS = 3


class Restless(Exception):
    """The queues did not empty in time."""


def deploy(url: str) -> str:
    """Deploy and return the address of the API."""
    environment = package.offline(url) | {"LAMBDA_ARCHITECTURE": package.THIS_MACHINE}
    command = [str(package.OSLS), "deploy", "--stage", names.STAGE]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    _finish_tables()
    (api,) = aws.client("apigateway").get_rest_apis()["items"]
    return f"{url}/restapis/{api['id']}/{names.STAGE}/_user_request_"


def _finish_tables() -> None:
    """MiniStack's CloudFormation drops these two settings; its tables know them."""
    dynamodb = aws.client("dynamodb")
    for table in description.of_type("AWS::DynamoDB::Table", names.STAGE).values():
        name = table["TableName"]
        if lapse := table.get("TimeToLiveSpecification"):
            dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=lapse)
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=table["PointInTimeRecoverySpecification"]
        )


@dataclass(frozen=True)
class Deployed:
    """A deployed shop: its address, and the providers it talks to."""

    base: str
    providers: Providers

    def settle(self, seconds: float = 120) -> None:
        """Wait until no message is on its way; raises Restless."""
        deadline, quiet = time.monotonic() + seconds, 0
        while quiet < _QUIET_LOOKS:
            if time.monotonic() > deadline:
                raise Restless(f"messages are still on their way after {seconds:.0f} s")
            quiet = 0 if self._on_their_way() else quiet + 1
            time.sleep(1)

    def wait_for(self, expected: object, look: Callable[[], object], seconds: float = 120) -> None:
        """Look until facts that take their time in a cloud have arrived; raises Restless."""
        deadline = time.monotonic() + seconds
        while (seen := look()) != expected:
            if time.monotonic() > deadline:
                raise Restless(f"{seen} after {seconds:.0f} s instead of {expected}")
            time.sleep(1)

    def _on_their_way(self) -> bool:
        counted = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        for queue in aws.client("sqs").list_queues()["QueueUrls"]:
            if "DeadLetters" not in queue:
                answer = aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=list(counted))
                if any(int(answer["Attributes"][name]) for name in counted):
                    return True
        return False


@contextmanager
def deployed() -> Iterator[Deployed]:
    """Build, start a cloud and providers, deploy; leaves nothing behind."""
    package.build([package.THIS_MACHINE])
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="dealer-shop-")))
        url = running.enter_context(package.cloud(SERVICES))
        os.environ.update({"AWS_ENDPOINT_URL": url, "STAGE": names.STAGE})
        began = time.monotonic()
        base = deploy(url)
        print(f"deployed in {time.monotonic() - began:.0f} s: {base}", flush=True)
        providers = Providers(folder, push_url=f"{base}/callbacks/wechat/messages")
        providers.start()
        running.callback(providers.stop)
        own = {name: random.token_urlsafe(32) for name in ("signing-key", "second-factor-key")}
        own |= {"public-url": base}
        for name, document in (own | providers.credentials()).items():
            secrets.store(name, document)
        yield Deployed(base, providers)
