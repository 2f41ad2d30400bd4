"""Who may what about second factors. Nobody of this world has one, or gave the right password."""

from tests.web.matrix_case import ADMIN, FORBIDDEN, NOT_FOUND, SIGN_IN, SIGNED_IN, Case, form_of, get, post

FACTOR_CASES: tuple[Case, ...] = (
    get("/me/factor", "/me/factor", SIGNED_IN),
    post("/me/factor", "/me/factor", SIGNED_IN, form=form_of(password="x"), done=SIGN_IN),
    post("/me/factor/confirm", "/me/factor/confirm", SIGNED_IN, form=form_of(code="123456"), done="409"),
    post(
        "/me/factor/recovery",
        "/me/factor/recovery",
        SIGNED_IN,
        form=form_of(password="x", code="123456"),
        done=SIGN_IN,
    ),
    post(
        "/me/factor/sign-in",
        "/me/factor/sign-in",
        SIGNED_IN,
        form=form_of(asks="1", code="123456"),
        done=FORBIDDEN,
    ),
    post(
        "/me/factor/remove",
        "/me/factor/remove",
        SIGNED_IN,
        form=form_of(password="x", code="123456"),
        done=SIGN_IN,
    ),
    # There is no such page but in a demonstration.
    get("/demo/code", "/demo/code", SIGNED_IN, done=NOT_FOUND, anonymous=NOT_FOUND),
    post(
        "/admin/people/<person_id>/factor/reset",
        "/admin/people/{person}/factor/reset",
        ADMIN,
        rest=NOT_FOUND,
        form=form_of(reason="手机丢失"),
        done="409",
    ),
)
