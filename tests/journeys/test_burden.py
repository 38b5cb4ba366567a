"""What a browser tells of a form beside what stands in it."""

from urllib.parse import parse_qs

from playwright.sync_api import Request


def test_a_form_tells_how_long_it_took(visitor) -> None:
    page = visitor("anwei").go("/weekly")
    page.locator("[data-opens='#begin-register_task']").click()
    form = page.locator("#begin-register_task form")
    for name in ("title", "result", "issuer"):
        form.locator(f"[name='{name}']").fill(f"{name} 填写")
    form.locator("[name='source']").select_option("meeting")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        form.locator("button.primary").click()
    request: Request = sent.value
    told = parse_qs(request.post_data or "")
    assert 1 <= int(told["typed_s"][0]) < 600 and told["title"] == ["title 填写"]
    page.wait_for_url("**/r/supervised-tasks/*")


def test_a_form_nobody_typed_in_and_one_with_a_password_tell_nothing(visitor) -> None:
    page = visitor("anwei").go("/me")
    page.locator("#old").fill("wrong")
    sent = page.evaluate(
        """() => [...document.querySelectorAll('form[method="post"]')].map((form) => {
             form.addEventListener('submit', (event) => event.preventDefault())
             form.dispatchEvent(new Event('submit', {cancelable: true, bubbles: true}))
             return new FormData(form).has('typed_s')
           })"""
    )
    assert sent and not any(sent)


def test_a_form_is_sent_once(visitor) -> None:
    """A press too many, while the answer is on its way, would do the deed twice."""
    page = visitor("anwei").go("/weekly")
    sent = page.evaluate(
        """() => {
             const form = document.querySelector('#begin-register_task form'), sent = []
             const press = () => form.dispatchEvent(new Event('submit', {cancelable: true, bubbles: true}))
             window.addEventListener('submit', (event) => {
               sent.push(!event.defaultPrevented)
               event.preventDefault()
             })
             press(); press(); press()
             window.dispatchEvent(new Event('pageshow'))
             press()
             return sent
           }"""
    )
    assert sent == [True, False, False, True], "once, and again by whoever comes back to the page"
