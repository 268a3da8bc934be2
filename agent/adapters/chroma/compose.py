"""Putting the memory of decided cases together from the settings: where it lies, and what compares its texts."""

from agent.adapters.chroma.embedding import Embedding, MiniLMEmbedding
from agent.adapters.chroma.place import Folder, Server
from agent.adapters.chroma.store import ChromaPrecedents
from agent.settings import Settings

FOLDER = "precedents"


def store(settings: Settings) -> ChromaPrecedents:
    """The memory, not opened yet. Raises ConfigurationError for an address that cannot be right."""
    place = Server(settings.chroma_url) if settings.chroma_url else Folder(settings.home / FOLDER)
    return ChromaPrecedents(place, _embedding(settings))


def _embedding(settings: Settings) -> Embedding:
    if not settings.embedding_base_url:
        return MiniLMEmbedding()
    from agent.adapters.llm.embeddings import EndpointEmbedding
    from agent.adapters.llm.endpoint import Endpoint

    endpoint = Endpoint(
        base_url=settings.embedding_base_url,
        model=settings.embedding_model,
        api_key=settings.embedding_api_key,
        timeout=min(settings.llm_timeout, 30),
        max_retries=1,  # a case waits for it, and can do without
        settings="EMBEDDING",
    )
    return EndpointEmbedding(endpoint)
