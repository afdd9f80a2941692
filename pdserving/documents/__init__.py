"""Files in, as pictures that workers read; text, Markdown, hOCR and searchable PDFs out."""
