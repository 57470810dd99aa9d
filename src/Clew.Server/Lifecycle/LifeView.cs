using Clew.Capture;
using Clew.Server.Ledger;
using Npgsql;
using NpgsqlTypes;

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

        using var copy = connection.BeginBinaryImport("copy item (id, key, instance, granularity, product) from stdin (format binary)");
        foreach (var item in changes.Items)
        {
            copy.StartRow();
            copy.Write(item.Id, NpgsqlDbType.Bigint);
            copy.Write(item.Identity.Text, NpgsqlDbType.Text);
            copy.Write(item.Identity.Instance, NpgsqlDbType.Text);
            copy.WriteShort((int)item.Identity.Granularity);
            copy.WriteInt(item.Product?.Number);
        }

        copy.Complete();
    }

    private static void Steps(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Steps.Count == 0)
        {
            return;
        }

        using var copy = connection.BeginBinaryImport(
            "copy step (item, happened, tie, position, place, holder, irregular, kind, role, stage, hold, marks, learned, expires, holds) from stdin (format binary)");
        foreach (var (item, step) in changes.Steps)
        {
            var after = step.After;
            copy.StartRow();
            copy.Write(item.Id, NpgsqlDbType.Bigint);
            copy.WriteSequence(step.At);
            copy.Write(step.Position, NpgsqlDbType.Bigint);
            copy.WriteInt(after.Place?.Number);
            copy.WriteInt(after.Holder?.Number);
            copy.Write((int)step.Irregular, NpgsqlDbType.Integer);
            copy.WriteShort(step.What.Fact.Kind.Number);
            copy.WriteShort((int)step.Role);
            copy.WriteShort((int)after.Stage);
            copy.WriteShort((int)after.Hold);
            copy.WriteShort((int)after.Marks);
            copy.WriteLong(step.Learned == step.Position ? null : step.Learned);
            if (after.Expires is { } expires)
            {
                copy.Write(expires, NpgsqlDbType.Date);
            }
            else
            {
                copy.WriteNull();
            }

            if (after.Holds.Numbers() is { } holds)
            {
                copy.Write(holds, NpgsqlDbType.Array | NpgsqlDbType.Integer);
            }
            else
            {
                copy.WriteNull();
            }
        }

        copy.Complete();
    }

    private static void Made(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Made.Count == 0)
        {
            return;
        }

        using var copy = connection.BeginBinaryImport("copy made (product, happened, item, position) from stdin (format binary)");
        foreach (var (item, at, position) in changes.Made)
        {
            copy.StartRow();
            copy.Write(item.Product?.Number ?? 0, NpgsqlDbType.Integer);
            copy.WriteTime(at.Happened);
            copy.Write(item.Id, NpgsqlDbType.Bigint);
            copy.Write(position, NpgsqlDbType.Bigint);
        }

        copy.Complete();
    }

    private static void Certificates(NpgsqlConnection connection, Changes changes)
    {
        if (changes.Certificates.Count == 0)
        {
            return;
        }

        using var copy = connection.BeginBinaryImport("copy certificate (item, number, sha256, position) from stdin (format binary)");
        foreach (var (item, certificate, position) in changes.Certificates)
        {
            copy.StartRow();
            copy.Write(item.Id, NpgsqlDbType.Bigint);
            copy.Write(certificate.Number, NpgsqlDbType.Text);
            copy.Write(Convert.FromHexString(certificate.Sha256), NpgsqlDbType.Bytea);
            copy.Write(position, NpgsqlDbType.Bigint);
        }

        copy.Complete();
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
