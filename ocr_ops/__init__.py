"""What happens to an image on its way to text, without any server: decoding, tensors, quads, crops, characters."""
