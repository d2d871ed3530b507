"""What people read when a field is wrong."""

from typing import Literal

import pytest
from pydantic import BaseModel, ValidationError

from kit.validation import field_errors


class Form(BaseModel):
    size: Literal["small", "medium", "large"]


def test_what_may_be_chosen_is_listed_in_chinese() -> None:
    with pytest.raises(ValidationError) as failure:
        Form.model_validate({"size": "huge"})
    assert field_errors(failure.value) == [{"field": "size", "message": "只能是 'small'、'medium'、'large'"}]
