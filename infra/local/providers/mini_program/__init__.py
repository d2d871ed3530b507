"""The WeChat mini-program server interface on this machine."""

from infra.local.providers.mini_program.api import MiniProgram
from infra.local.providers.mini_program.templates import TEMPLATES

__all__ = ["TEMPLATES", "MiniProgram"]
