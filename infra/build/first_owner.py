"""Gives a newly deployed shop its first owner, who then lets everybody else in.

    python -m infra.build.first_owner --name 王芳 --email owner@example.com --phone 13900000000

The password is asked for (or read from the variable OWNER_PASSWORD) and must be changed at the first sign-in.
STAGE names the deployment; the AWS account is that of the environment.
"""

import argparse
import getpass
import os
import sys

from infra import description
from kit import clock, ids
from kit.errors import DomainError


def main() -> None:
    """Refuses when the shop has an owner already."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for field in ("name", "email", "phone"):
        parser.add_argument(f"--{field}", required=True)
    given = parser.parse_args()
    stage = os.environ.setdefault("STAGE", "dev")
    for table in description.of_type("AWS::DynamoDB::Table", stage).values():
        context = table["TableName"].rpartition("-")[2]
        os.environ.setdefault(f"{context.upper()}_TABLE", table["TableName"])
    # Table names are read when a context is imported, so this comes after they are known.
    from functions.admin import operations

    now = clock.now()
    try:
        operations.create_first_owner(
            name=given.name,
            email=given.email,
            phone=given.phone,
            password=os.environ.get("OWNER_PASSWORD") or getpass.getpass("password: "),
            user_id=ids.new_id(now),
            now=now,
        )
    except DomainError as refusal:
        sys.exit(f"{refusal.code}: {refusal.detail}")


if __name__ == "__main__":
    main()
