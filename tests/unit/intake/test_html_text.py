import pytest

from agent.intake.html_text import MAX_HTML, html_to_text


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display: none">x</p>',
        '<span style="font-size:0px">x</span>',
        '<font color="white">x</font>',
        '<div style="background:#fff"><b style="color:#fefefe">x</b></div>',
        '<td style="color:#123456;background-color:rgb(18,52,86)">x</td>',
        "<p hidden>x</p>",
        "<!-- x --><script>x</script><style>x</style><title>x</title>",
        '<div style="visibility:hidden"><p>x</p></div>',
        '<div style="max-height:0;overflow:hidden">x</div>',
    ],
)
def test_text_nobody_can_see_is_dropped(hidden: str):
    assert html_to_text(f"<p>seen</p>{hidden}<p>also</p>").text.split() == ["seen", "also"]


def test_white_text_on_a_dark_ground_is_seen():
    assert html_to_text('<td bgcolor="#000000"><font color="white">Order</font></td>').text == "Order"


def test_data_tables_are_rows_with_tabs_and_layout_tables_are_lines():
    page = "<table><tr><td><table><tr><td>A<td>1</tr><tr><td>B<td></td><td>2</tr></table></td></tr></table>"

    assert html_to_text(page).text == "A\t1\nB\t\t2"
    assert html_to_text("<table><tr><td><p>Hello</p><p>World</p></td></tr></table>").text == "Hello\n\nWorld"


def test_entities_breaks_and_lists_become_plain_text():
    assert (
        html_to_text("5 &lt; 6 &amp; 7&nbsp;pcs<br>next<ul><li>one<li>two</ul>").text
        == "5 < 6 & 7 pcs\nnext\n\n- one\n- two"
    )


def test_a_cited_block_is_marked_as_a_quote():
    assert html_to_text("<p>new</p><blockquote type=cite><p>old</p></blockquote>").text == "new\n\n> old"


@pytest.mark.parametrize(
    "endless", ["<b>", "<div><table><tr><td>", '<a "', "<!--", "</b>", "<", "<style>", "<p style='color:"]
)
def test_endless_markup_is_cut_and_said_to_be(endless: str):
    page = html_to_text(endless * (MAX_HTML // len(endless) // 100) + " " * MAX_HTML)

    assert page.cut
    assert len(page.text) <= MAX_HTML
