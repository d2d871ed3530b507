"""The programme: versions of the earning rule, and campaigns with their budgets."""

from collections.abc import Iterable
from typing import Any

from functions.points.rules.earning import Campaign, Rule
from functions.points.table.rows import CampaignRow, LatestRuleRow, RuleRow
from kit import transaction
from kit.documents import read, write
from kit.errors import Stale
from kit.transaction import Part


def rule_in_force(instant: str) -> Rule:
    """The version of the earning rule in force at an instant; the default before the first."""
    until = RuleRow.sk.between("RULE#", f"RULE#{instant}#~")
    found = RuleRow.query("RULES", until, scan_index_forward=False, limit=1, consistent_read=True)
    return next((read(Rule, row.document) for row in found), Rule())


def rule(key: str) -> Rule:
    """The version that `rule_key` names; the default when it names none."""
    row = RuleRow.find("RULES", key) if key else None
    return read(Rule, row.document) if row else Rule()


def rule_key(version: Rule) -> str:
    """Where a version is stored; the default rule is nowhere."""
    return f"RULE#{version.effective_from}#{version.version:06d}" if version.version else ""


def rules(after: str | None, limit: int) -> tuple[list[Rule], str | None]:
    """Versions of the earning rule, the last to come into force first."""
    start = {"pk": {"S": "RULES"}, "sk": {"S": after}} if after else None
    found = RuleRow.query(
        "RULES",
        RuleRow.sk.startswith("RULE#"),
        scan_index_forward=False,
        limit=limit,
        last_evaluated_key=start,
    )
    page = [read(Rule, row.document) for row in found]
    last = found.last_evaluated_key
    return page, last["sk"]["S"] if last else None


def latest_rule_version() -> int:
    """The number of the newest version."""
    row = LatestRuleRow.find("RULES", "LATEST", consistent=True)
    return int(row.version) if row else 0


def add_rule_parts(version: Rule) -> list[Part]:
    """Store a new version. Raises Stale when somebody else added one meanwhile."""
    counter = LatestRuleRow("RULES", "LATEST", version=version.version)
    before = version.version - 1
    unchanged = LatestRuleRow.version == before if before else LatestRuleRow.pk.does_not_exist()
    return [
        transaction.put(counter, unchanged, Stale),
        transaction.create(RuleRow("RULES", rule_key(version), document=write(version)), Stale),
    ]


def withdraw_rule_part(version: Rule) -> Part:
    """Remove a version that has not come into force."""
    return transaction.delete(RuleRow("RULES", rule_key(version)), RuleRow.pk.exists(), Stale)


def campaigns_not_ended_at(instant: str) -> list[Campaign]:
    """Campaigns that end after an instant, whatever their state."""
    found = CampaignRow.by_list.query("CAMPAIGNS", CampaignRow.list_sort > instant)
    return [_campaign(row) for row in found if isinstance(row, CampaignRow)]


def campaigns_page(after: dict[str, Any] | None, limit: int) -> tuple[list[Campaign], dict[str, Any] | None]:
    """All campaigns, the last to end first."""
    found = CampaignRow.by_list.query(
        "CAMPAIGNS", scan_index_forward=False, limit=limit, last_evaluated_key=after
    )
    return [_campaign(row) for row in found if isinstance(row, CampaignRow)], found.last_evaluated_key


def campaign(campaign_id: str) -> Campaign | None:
    """A campaign as it stands."""
    row = CampaignRow.find(f"CAMPAIGN#{campaign_id}", "CAMPAIGN", consistent=True)
    return _campaign(row) if row else None


def campaigns(campaign_ids: Iterable[str]) -> list[Campaign]:
    """Several campaigns as they stand."""
    keys = [(f"CAMPAIGN#{campaign_id}", "CAMPAIGN") for campaign_id in campaign_ids]
    return [_campaign(row) for row in CampaignRow.batch_get(keys, consistent_read=True)] if keys else []


def campaign_part(before: Campaign | None, after: Campaign) -> Part:
    """Store a campaign's terms; what it has spent is left to the awards. Raises Stale."""
    document = write(after)
    document.pop("spent")
    if before is None:
        row = CampaignRow(
            f"CAMPAIGN#{after.campaign_id}",
            "CAMPAIGN",
            document=document,
            spent=0,
            version=after.version,
            list_key="CAMPAIGNS",
            list_sort=after.ends_at,
        )
        return transaction.create(row)
    actions = [
        CampaignRow.document.set(document),
        CampaignRow.version.set(after.version),
        CampaignRow.list_sort.set(after.ends_at),
    ]
    unchanged = CampaignRow.version == before.version
    if after.budget is not None:
        unchanged &= CampaignRow.spent <= after.budget
    return transaction.update(
        CampaignRow, f"CAMPAIGN#{after.campaign_id}", "CAMPAIGN", actions, unchanged, Stale
    )


def spend_budget_part(campaign: Campaign, points: int) -> Part:
    """Take points from a campaign's budget. Raises Stale when it was edited or has too little left."""
    possible = CampaignRow.version == campaign.version
    if campaign.budget is not None:
        possible &= CampaignRow.spent <= campaign.budget - points
    actions = [CampaignRow.spent.add(points)]
    return transaction.update(
        CampaignRow, f"CAMPAIGN#{campaign.campaign_id}", "CAMPAIGN", actions, possible, Stale
    )


def refill_budget_part(campaign_id: str, points: int) -> Part:
    """Give points that were taken back to the campaign's budget."""
    actions = [CampaignRow.spent.add(-points)]
    return transaction.update(CampaignRow, f"CAMPAIGN#{campaign_id}", "CAMPAIGN", actions)


def _campaign(row: CampaignRow) -> Campaign:
    return read(Campaign, {**row.document, "spent": int(row.spent)})
