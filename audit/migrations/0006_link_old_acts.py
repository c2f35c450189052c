"""Chain what was written before there was a chain: per act one link for itself and one for its entries."""

from itertools import groupby
from operator import itemgetter

from django.db import migrations

from audit.chain import EntriesContent, act_content, canonical, link_digest

ACT = ("at", "user", "channel", "via", "verb", "subject", "reason", "undoes")
AT_ONCE = 2000


def link_acts(apps, schema_editor):
    """One pass over acts and one over entries, each in the order of the acts."""
    link = apps.get_model("audit", "Link")
    entries = apps.get_model("audit", "Entry").objects.order_by("act", "pk")
    rows = entries.values_list("act", "kind", "object_id", "label", "school", "changes")
    grouped = groupby(rows.iterator(chunk_size=5000), key=itemgetter(0))
    group = next(grouped, None)
    before, links = "", []
    for act, *told in apps.get_model("audit", "Act").objects.order_by("pk").values_list("pk", *ACT).iterator():
        contents = [(0, act_content(told))]
        if group and group[0] == act:
            content = EntriesContent()
            for _act, *entry, changes in group[1]:
                content.add(*entry, canonical(changes))
            contents.append((content.number, content.digest()))
            group = next(grouped, None)
        for number, content in contents:
            before = link_digest(before, (), act, number, content)
            links.append(link(act_id=act, number=number, content=content, digest=before))
        if len(links) >= AT_ONCE:
            link.objects.bulk_create(links)
            links = []
    link.objects.bulk_create(links)


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_links")]
    operations = [migrations.RunPython(link_acts, migrations.RunPython.noop, elidable=True)]
