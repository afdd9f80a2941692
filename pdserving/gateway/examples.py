"""What the documentation's examples send."""

PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAHgAAAAoAQAAAAAdkQOIAAAAfklEQVR42mP8z4ACmBgGJf/CAgR/wS8GBgYGhv8NZJv3V4GB4SES"
    "//sKBoZ1Dgj+FxkGho0JSPoFUPW/YGD472AA4z/kQDVf/sdHNPX8fwi47wsDAwMjwj8SDAyMBy6gyf9FyPM8+PIiYQFCnjNCwcHx"
    "AAMDAwMD49CITzgAAJNcHw7lpNViAAAAAElFTkSuQmCC"
)
"""A PNG of 120 × 40 pixels that says "Hello!", as base64."""

TEXT = "Hello!"
CONFIDENCE = 0.99191
QUAD = [[13, 7], [84, 7], [84, 36], [13, 36]]
REQUEST_ID = "93165d99e12642b2b50347d3da441f2c"
