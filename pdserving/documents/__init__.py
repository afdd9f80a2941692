"""Documents on both sides of the pipeline: PDFs and TIFFs in; text, Markdown, hOCR and searchable PDFs out."""
