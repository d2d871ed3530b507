"""The whole product on one machine: serverless.yml with local engines behind it."""
