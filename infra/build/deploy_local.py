"""Deploys the real serverless.yml to a MiniStack of its own and uses what came up.

python -m infra.build.deploy_local
"""

import os
import secrets as random
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import requests

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


class Unfit(Exception):
    """The deployed shop did not answer as it should."""


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


def use(base: str) -> None:
    """The least a shop must do: answer, and refuse a stranger by name. Raises Unfit."""
    health = requests.get(f"{base}/health", timeout=30)
    if health.status_code != 200:
        raise Unfit(f"/health: {health.status_code} {health.text}")
    stranger = {"identifier": "nobody@example.com", "password": "not the password"}
    refused = requests.post(f"{base}/auth/sessions/password", json=stranger, timeout=30)
    if refused.status_code != 401 or refused.headers["content-type"] != "application/problem+json":
        raise Unfit(f"/auth/sessions/password: {refused.status_code} {refused.text}")


def main() -> None:
    """Build, deploy, use, and leave nothing behind."""
    package.build([package.THIS_MACHINE])
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="dealer-shop-")))
        url = running.enter_context(package.cloud(SERVICES))
        os.environ.update({"AWS_ENDPOINT_URL": url, "STAGE": names.STAGE})
        began = time.monotonic()
        base = deploy(url)
        print(f"deployed in {time.monotonic() - began:.0f} s: {base}")
        providers = Providers(folder, push_url=f"{base}/callbacks/wechat/messages")
        providers.start()
        running.callback(providers.stop)
        own = {"signing-key": random.token_urlsafe(32), "public-url": base}
        for name, document in (own | providers.credentials()).items():
            secrets.store(name, document)
        use(base)
        print("used: it answers")


if __name__ == "__main__":
    main()
