using Clew.Capture;
using Clew.Facts;
using Clew.Lifecycle;
using Clew.Server.Ledger;

namespace Clew.Server.Lifecycle;

/// <summary>Writes items, the steps of their lives and what goes with them.</summary>
internal static class LifeView
{
    /// <summary>The tables that this view owns.</summary>
    public static readonly string[] Tables = ["item", "step", "certificate"];

    /// <summary>Adds what was told, then ends what no longer holds: a row may be both in one batch.</summary>
    public static void Write(Writes writes, Changes changes)
    {
        Items(writes, changes);
        Steps(writes, changes);
        Certificates(writes, changes);
        EndSteps(writes, changes);
        if (changes.Voided.Count > 0)
        {
            var voided = changes.Voided;
            writes.Then("""
                update certificate t set unlearned = v.unlearned
                from unnest($1, $2, $3) v (item, position, unlearned)
                where t.item = v.item and t.position = v.position and t.unlearned is null
                """,
                Rows.Of(voided.ConvertAll(v => v.Item.Id).ToArray()), Rows.Of(voided.ConvertAll(v => v.Position).ToArray()), Rows.Of(voided.ConvertAll(v => v.Unlearned).ToArray()));
        }
    }

    private static void Items(Writes writes, Changes changes)
    {
        if (changes.Items.Count == 0)
        {
            return;
        }

        var rows = writes.To("item", "id bigint", "key text", "instance text", "granularity smallint", "product integer");
        foreach (var item in changes.Items)
        {
            rows.Row().Long(item.Id).Text(item.Identity.Text).Text(item.Identity.Instance).Short((int)item.Identity.Granularity).Int(item.Product?.Number);
        }
    }

    private static void Steps(Writes writes, Changes changes)
    {
        if (changes.Steps.Count == 0)
        {
            return;
        }

        var rows = writes.To("step", "item bigint", "happened timestamptz", "tie bigint", "position bigint", "place integer", "holder integer", "irregular integer", "kind smallint", "role smallint",
            "stage smallint", "hold smallint", "marks smallint", "learned bigint", "expires date", "holds integer[]", "made integer");
        foreach (var (item, step) in changes.Steps)
        {
            var after = step.After;
            rows.Row().Long(item.Id).Sequence(step.At).Long(step.Position).Int(after.Place?.Number).Int(after.Holder?.Number).Int((int)step.Irregular)
                .Short(step.What.Fact.Kind.Number).Short((int)step.Role).Short((int)after.Stage).Short((int)after.Hold).Short((int)after.Marks)
                .Long(step.Learned == step.Position ? null : step.Learned).Date(after.Expires).Ints(after.Holds.Numbers()).Int(IsMaking(item, step) ? item.Product?.Number : null);
        }
    }

    // Made is what is finished, not a lot of it: lots are in their quantities.
    private static bool IsMaking(Item item, Step step) =>
        step.Role == Role.Subject && !item.IsLot && (step.What.Fact.Kind == Vocabulary.ProductionCompleted || step.What.Fact.Kind == Vocabulary.Transformed);

    private static void Certificates(Writes writes, Changes changes)
    {
        if (changes.Certificates.Count == 0)
        {
            return;
        }

        var rows = writes.To("certificate", "item bigint", "number text", "sha256 bytea", "position bigint");
        foreach (var (item, certificate, position) in changes.Certificates)
        {
            rows.Row().Long(item.Id).Text(certificate.Number).Bytes(Convert.FromHexString(certificate.Sha256)).Long(position);
        }
    }

    private static void EndSteps(Writes writes, Changes changes)
    {
        if (changes.StepsEnded.Count == 0)
        {
            return;
        }

        var ended = changes.StepsEnded;
        writes.Then("""
            update step s set unlearned = e.unlearned
            from unnest($1, $2, $3, $4, $5, $6) e (item, happened, tie, position, learned, unlearned)
            where s.item = e.item and s.happened = e.happened and s.tie = e.tie and s.position = e.position
              and coalesce(s.learned, s.position) = e.learned and s.unlearned is null
            """,
            Rows.Of(ended.ConvertAll(e => e.Item.Id).ToArray()), Rows.Times(ended.Select(e => e.Step.At.Happened)), Rows.Of(ended.ConvertAll(e => e.Step.At.Tie).ToArray()),
            Rows.Of(ended.ConvertAll(e => e.Step.Position).ToArray()), Rows.Of(ended.ConvertAll(e => e.Step.Learned).ToArray()), Rows.Of(ended.ConvertAll(e => e.Unlearned).ToArray()));
    }
}
