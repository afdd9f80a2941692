"""Documents on both sides of the pipeline: PDFs in; text, Markdown, hOCR and searchable PDFs out."""
