"""The language model behind any OpenAI-compatible address; the only importer of LangChain and the OpenAI SDK."""
