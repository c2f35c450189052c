"""LDAP and Active Directory, where the optional package django-auth-ldap is installed and LDAP_URI is set."""

from typing import Any

import ldap
from django.conf import settings
from django_auth_ldap.backend import LDAPBackend
from django_auth_ldap.config import LDAPSearch

from audit.actor import Actor
from audit.enums import Channel
from schools.sign_ins import directory_roles, set_directory_roles

#: The kinds of groups that OpenLDAP and Active Directory know.
OF_PERSON = "(|(member=%(dn)s)(uniqueMember=%(dn)s)(memberUid=%(uid)s))"


class DirectoryBackend(LDAPBackend):
    """The groups of a person are read at each sign-in; whoever gets no role from them and has none here stays out."""

    default_settings = {
        "USER_SEARCH": LDAPSearch(settings.LDAP_USER_BASE, ldap.SCOPE_SUBTREE, settings.LDAP_USER_FILTER),
    }

    def authenticate_ldap_user(self, ldap_user: Any, password: str) -> Any:
        user = super().authenticate_ldap_user(ldap_user, password)
        if user is None:
            return None
        search = LDAPSearch(settings.LDAP_GROUP_BASE, ldap.SCOPE_SUBTREE, OF_PERSON)
        found = search.execute(ldap_user.connection, {"dn": ldap_user.dn, "uid": user.username})
        groups = [name for _dn, attributes in found for name in attributes["cn"]]
        roles = directory_roles(groups, settings.DIRECTORY_GROUP_ROLES)
        return user if set_directory_roles(user, roles, by=Actor(user, Channel.PAGE, "LDAP")) else None
