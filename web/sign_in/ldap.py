"""LDAP and Active Directory, where the optional package django-auth-ldap is installed and LDAP_URI is set."""

from typing import Any

import ldap
from django.conf import settings
from django_auth_ldap.backend import LDAPBackend
from django_auth_ldap.config import LDAPSearch

from schools.sign_ins import admit_from_directory, directory_roles

#: The kinds of groups that OpenLDAP and Active Directory know.
OF_PERSON = "(|(member=%(dn)s)(uniqueMember=%(dn)s)(memberUid=%(uid)s))"


class DirectoryBackend(LDAPBackend):
    """The groups of a person are read at each sign-in; whoever gets no role from them and has none here stays out."""

    default_settings = {
        "USER_SEARCH": LDAPSearch(settings.LDAP_USER_BASE, ldap.SCOPE_SUBTREE, settings.LDAP_USER_FILTER),
        # What is written about a person is written by a service, with its entry in the audit trail.
        "ALWAYS_UPDATE_USER": False,
    }

    def get_or_build_user(self, username: str, ldap_user: Any) -> tuple[Any, bool]:
        """Asked once the password was right; the second says whether something is left to be saved."""
        search = LDAPSearch(settings.LDAP_GROUP_BASE, ldap.SCOPE_SUBTREE, OF_PERSON)
        # Groups write it as the directory does, whatever case was typed.
        uid = ldap_user.attrs.get("uid", [username])[0]
        found = search.execute(ldap_user.connection, {"dn": ldap_user.dn, "uid": uid})
        groups = [name for _dn, attributes in found for name in attributes["cn"]]
        told = {
            field: ldap_user.attrs[name][0]
            for field, name in self.settings.USER_ATTR_MAP.items()
            if name in ldap_user.attrs
        }
        user = admit_from_directory(username, told, directory_roles(groups, settings.DIRECTORY_GROUP_ROLES), via="LDAP")
        if user is None:
            raise ldap_user.AuthenticationFailed("no role")
        return user, False
