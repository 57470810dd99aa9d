using Clew.Capture;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Lifecycle;

/// <summary>Writes items, the steps of their lives and what goes with them.</summary>
internal static class LifeView
{
    /// <summary>The tables that this view owns.</summary>
    public static readonly string[] Tables = ["item", "step", "made", "certificate"];

    /// <summary>Adds what was told, then ends what no longer holds: a row may be both in one batch.</summary>
    public static void Write(NpgsqlConnection connection, Changes changes)
    {
        Items(connection, changes);
        Steps(connection, changes);
        Made(connection, changes);
        Certificates(connection, changes);
        EndSteps(connection, changes);
        if (changes.Voided.Count > 0)
        {
            var voided = changes.Voided;
            connection.Execute("""
                update made t set unlearned = v.unlearned
                from unnest($1, $2, $3, $4, $5) v (item, position, unlearned, product, happened)
                where t.product = v.product and t.happened = v.happened and t.item = v.item and t.position = v.position and t.unlearned is null
                """,
                Rows.Of(voided.ConvertAll(v => v.Item.Id).ToArray()), Rows.Of(voided.ConvertAll(v => v.Position).ToArray()), Rows.Of(voided.ConvertAll(v => v.Unlearned).ToArray()),
                Rows.Of(voided.ConvertAll(v => v.Item.Product?.Number ?? 0).ToArray()), Rows.Times(voided.Select(v => v.At.Happened)));
            connection.Execute("""
                update certificate t set unlearned = v.unlearned
                from unnest($1, $2, $3) v (item, position, unlearned)
                where t.item = v.item and t.position = v.position and t.unlearned is null
                """,
                Rows.Of(voided.ConvertAll(v => v.Item.Id).ToArray()), Rows.Of(voided.ConvertAll(v => v.Position).ToArray()), Rows.Of(voided.ConvertAll(v => v.Unlearned).ToArray()));
        }
    }

    private static void Items(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Items.Count == 0)
        {
            return;
        }

        var rows = new CopyRows("item", "id", "key", "instance", "granularity", "product");
        foreach (var item in changes.Items)
        {
            rows.Row().Long(item.Id).Text(item.Identity.Text).Text(item.Identity.Instance).Short((int)item.Identity.Granularity).Int(item.Product?.Number);
        }

        rows.Send(connection);
    }

    private static void Steps(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Steps.Count == 0)
        {
            return;
        }

        var rows = new CopyRows("step", "item", "happened", "tie", "position", "place", "holder", "irregular", "kind", "role", "stage", "hold", "marks", "learned", "expires", "holds");
        foreach (var (item, step) in changes.Steps)
        {
            var after = step.After;
            rows.Row().Long(item.Id).Sequence(step.At).Long(step.Position).Int(after.Place?.Number).Int(after.Holder?.Number).Int((int)step.Irregular)
                .Short(step.What.Fact.Kind.Number).Short((int)step.Role).Short((int)after.Stage).Short((int)after.Hold).Short((int)after.Marks)
                .Long(step.Learned == step.Position ? null : step.Learned).Date(after.Expires).Ints(after.Holds.Numbers());
        }

        rows.Send(connection);
    }

    private static void Made(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Made.Count == 0)
        {
            return;
        }

        var rows = new CopyRows("made", "product", "happened", "item", "position");
        foreach (var (item, at, position) in changes.Made)
        {
            rows.Row().Int(item.Product?.Number ?? 0).Time(at.Happened).Long(item.Id).Long(position);
        }

        rows.Send(connection);
    }

    private static void Certificates(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Certificates.Count == 0)
        {
            return;
        }

        var rows = new CopyRows("certificate", "item", "number", "sha256", "position");
        foreach (var (item, certificate, position) in changes.Certificates)
        {
            rows.Row().Long(item.Id).Text(certificate.Number).Bytes(Convert.FromHexString(certificate.Sha256)).Long(position);
        }

        rows.Send(connection);
    }

    private static void EndSteps(NpgsqlConnection connection, Changes changes)
    {
        if (changes.StepsEnded.Count == 0)
        {
            return;
        }

        var ended = changes.StepsEnded;
        connection.Execute("""
            update step s set unlearned = e.unlearned
            from unnest($1, $2, $3, $4, $5, $6) e (item, happened, tie, position, learned, unlearned)
            where s.item = e.item and s.happened = e.happened and s.tie = e.tie and s.position = e.position
              and coalesce(s.learned, s.position) = e.learned and s.unlearned is null
            """,
            Rows.Of(ended.ConvertAll(e => e.Item.Id).ToArray()), Rows.Times(ended.Select(e => e.Step.At.Happened)), Rows.Of(ended.ConvertAll(e => e.Step.At.Tie).ToArray()),
            Rows.Of(ended.ConvertAll(e => e.Step.Position).ToArray()), Rows.Of(ended.ConvertAll(e => e.Step.Learned).ToArray()), Rows.Of(ended.ConvertAll(e => e.Unlearned).ToArray()));
    }
}
