"""Files that people uploaded, without the form they would have posted."""

import os

from kit import aws, files

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 100


def arrive(key: str) -> str:
    """A picture has just been uploaded and is to be referred to by this key, which is returned."""
    content = PNG if key.endswith(".png") else JPEG
    bucket, kind = os.environ["UPLOADS_BUCKET"], {value: name for name, value in files.EXTENSIONS.items()}
    aws.client("s3").put_object(
        Bucket=bucket,
        Key=files.INCOMING + key,
        Body=content,
        ContentType=kind[key.rpartition(".")[2]],
    )
    return key


def kept(key: str) -> bytes | None:
    """What is kept under a key for good."""
    s3 = aws.client("s3")
    try:
        stored: bytes = s3.get_object(Bucket=os.environ["UPLOADS_BUCKET"], Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    return stored
