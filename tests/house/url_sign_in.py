"""Addresses of signing in, of second factors and of the own account. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but, everybody

GET = {
    "account_login": ("", but(everybody(302), anonymous=200)),
    "account_logout": ("", everybody(405)),
    "account_signup": ("", but(everybody(302), anonymous=200)),
    "account_inactive": ("", rows.OPEN),
    "account_reauthenticate": ("", rows.SIGNED_IN),
    "account_change_password": ("", rows.SIGNED_IN),
    # whoever has one is sent to the page that changes it
    "account_set_password": ("", everybody(302)),
    "account_reset_password": ("", rows.OPEN),
    "account_reset_password_done": ("", rows.OPEN),
    "account_reset_password_from_key": ("reset_link", rows.OPEN),
    "account_reset_password_from_key_done": ("", rows.OPEN),
    "account_session_end": ("", everybody(405)),
    # 302: is it still you?
    "mfa_authenticate": ("", everybody(302)),
    "mfa_reauthenticate": ("", everybody(302)),
    "mfa_activate_totp": ("", everybody(302)),
    "mfa_deactivate_totp": ("", but(everybody(404), anonymous=302)),
    "mfa_view_recovery_codes": ("", but(everybody(404), anonymous=302)),
    "mfa_generate_recovery_codes": ("", everybody(302)),
    "mfa_add_webauthn": ("", everybody(302)),
    "mfa_reauthenticate_webauthn": ("", everybody(302)),
    "mfa_login_webauthn": ("", everybody(302)),
    "mfa_edit_webauthn": ("passkey", everybody(302)),
    "mfa_remove_webauthn": ("passkey", everybody(302)),
    "mfa_index": ("", rows.SIGNED_IN),
    "mfa_list_webauthn": ("", rows.SIGNED_IN),
    "socialaccount_connections": ("", rows.SIGNED_IN),
    "socialaccount_login_cancelled": ("", rows.OPEN),
    "socialaccount_login_error": ("", everybody(401)),
    # no directory is set up
    "openid_connect_login": ("provider", everybody(404)),
    "openid_connect_callback": ("provider", everybody(404)),
    "set_language": ("", everybody(302)),
}

POST = {
    "account_login": ("", but(everybody(302), anonymous=200)),
    "account_logout": ("", everybody(302)),
    "account_signup": ("", but(everybody(302), anonymous=200)),
    "account_reauthenticate": ("", rows.SIGNED_IN),
    "account_change_password": ("", rows.SIGNED_IN),
    "account_set_password": ("", everybody(302)),
    "account_reset_password": ("", rows.OPEN),
    "account_reset_password_from_key": ("reset_link", rows.OPEN),
    "account_session_end": ("", everybody(302)),
    "mfa_authenticate": ("", everybody(302)),
    "mfa_reauthenticate": ("", everybody(302)),
    "mfa_activate_totp": ("", everybody(302)),
    "mfa_deactivate_totp": ("", but(everybody(404), anonymous=302)),
    "mfa_generate_recovery_codes": ("", everybody(302)),
    "mfa_add_webauthn": ("", everybody(302)),
    "mfa_reauthenticate_webauthn": ("", everybody(302)),
    "mfa_login_webauthn": ("", everybody(302)),
    "mfa_edit_webauthn": ("passkey", everybody(302)),
    "mfa_remove_webauthn": ("passkey", everybody(302)),
    "set_language": ("", everybody(302)),
}
