"""Precedents in Chroma: in a folder of one owner process, or on a server; the only importer of chromadb."""
