# SPDX-License-Identifier: Apache-2.0
"""Every knob of the process, read once from the environment and `.env`."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HOUSE = Path(__file__).resolve().parent.parent
"""The checkout: what ships beside the code lies here."""


class SettingsError(ValueError):
    """A setting is wrong; the text names the variable, what was expected and nothing of its value."""


class Settings(BaseSettings):
    """What an operator may set, each by the environment variable RAPPORT_<NAME>."""

    model_config = SettingsConfigDict(
        env_prefix="RAPPORT_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    data: Path = Path("data")
    """Folder for databases, keys, index and lock; made with mode 0700."""
    host: str = "127.0.0.1"
    """Address to listen on; demo accounts are refused beyond loopback."""
    port: int = Field(default=8000, ge=1, le=65535)
    """Port to listen on."""
    models: Annotated[tuple[str, ...], NoDecode] = ()
    """LiteLLM model names, first preferred, separated by commas; local/concierge is always the last."""
    learn_with_model: bool = False
    """Whether a model reads what people say of themselves, after the rules did; masked, one more call a turn."""
    master_key: SecretStr | None = None
    """32 bytes in base64 that wrap every person's key; without it a file in the data folder is used."""
    database_url: str | None = None
    """SQLAlchemy URL of the memory database; SQLite in the data folder when empty."""
    names: str = "builtin"
    """What finds names in texts: builtin, spacy:MODEL or transformers:FOLDER, of a model that is installed."""
    index_url: str | None = None
    """http://host:port of a Chroma server; when empty the vectors are in the data folder, for one process alone."""
    use_cases: Path = HOUSE / "use_cases"
    """Folder of use case files."""
    rules: Path = HOUSE / "rules"
    """Folder of learning rules."""
    knowledge: Path = HOUSE / "knowledge"
    """Folder of documents that may be cited: Markdown, HTML, PDF or text."""
    use_case: str = "personal_chat"
    """The use case of the web page and the terminal."""
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins besides the server's own that may open the chat socket, separated by commas."""
    message_characters: int = Field(default=16_000, ge=100, le=1_000_000)
    """The longest message that is taken."""
    turns_per_minute: int = Field(default=30, ge=1)
    """How many turns a person may start in a minute."""
    limits_url: str = "async+memory://"
    """Where rate limits are counted: async+memory:// for one process, async+redis://host:port for several."""
    answer_seconds: float = Field(default=60.0, gt=0)
    """The longest that a model may take for a whole answer."""
    first_token_seconds: float = Field(default=10.0, gt=0)
    """The longest wait for a model's first word before the next model is asked."""
    session_hours: float = Field(default=12.0, gt=0, le=720)
    """How long a sign-in holds."""
    thin_after_days: int = Field(default=180, ge=7, le=36_500)
    """Conversations that nobody used for so long are thinned, or summarized where a model may learn."""
    episodes_kept: int = Field(default=20_000, ge=100, le=1_000_000)
    """How many turns' sides are kept for recall of one person; what was said stays in the history."""
    trace_days: int = Field(default=30, ge=0, le=3_650)
    """How many days the masked prompt and answer of each turn are kept for `rapport audit turn`; 0 keeps none."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""

    @field_validator("models", "allowed_origins", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("index_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"https?://[^\s/@]+(:\d{1,5})?/?", value):
            raise ValueError("expected http://host:port or https://host:port of a Chroma server")
        return value or None

    @field_validator("names")
    @classmethod
    def _recognizer(cls, value: str) -> str:
        if not re.fullmatch(r"builtin|(?:spacy|transformers):\S.*", value):
            raise ValueError("expected builtin, spacy:MODEL or transformers:FOLDER")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("expected DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @property
    def url(self) -> str:
        """The address that a person opens in the browser."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host
        return f"http://{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def memory_url(self) -> str:
        """Where the memory database is."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data.resolve() / 'memory.db'}"

    @property
    def keys_url(self) -> str:
        """Where the persons' wrapped keys are, apart from the database that backups hold."""
        return f"sqlite+aiosqlite:///{self.data.resolve() / 'keys' / 'keys.db'}"


def read_settings(**given: object) -> Settings:
    """Reads the environment and `.env`; raises SettingsError with one sentence for the first wrong value."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # tests and the CLI hand over plain values
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "RAPPORT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} is not usable: {first['msg']}. See .env.example for what it takes.") from None
