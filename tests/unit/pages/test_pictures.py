import re

from matplotlib.figure import Figure

from specnet.pages.pictures import INK, inline_svg, page_style


def test_a_picture_has_the_colours_and_the_font_of_its_page() -> None:
    with page_style():
        figure = Figure()
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], label="curve")
        axes.set(xlabel="hours")
        axes.legend()
        svg, again = (inline_svg(figure, name, 'the "curve"') for name in ("one", "two"))
    assert svg.startswith('<svg role="img" aria-label="the &quot;curve&quot;"')
    assert INK not in svg and "currentColor" in svg and "#ffffff" not in svg and "DejaVu" not in svg
    assert ">hours</text>" in svg  # text stays text
    ids, used = set(re.findall(r'\bid="([^"]+)"', svg)), re.findall(r'(?:href="#|url\(#)([^")]+)', svg)
    assert used and set(used) <= ids
    assert not ids & set(re.findall(r'\bid="([^"]+)"', again))
