"""Static files under hashed names, compressed once; forgiving before they were collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """A page rendered before ``collectstatic`` ran links the plain name (WhiteNoise finds it in the source tree)."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        try:
            return super().stored_name(name)
        except ValueError:
            return name
