using Clew.Capture;
using Clew.Facts;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.Server.Capture;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Recall;

/// <summary>Writes holds and the facts of recall cases.</summary>
internal static class HoldView
{
    /// <summary>The tables that this view owns.</summary>
    public static readonly string[] Tables = ["hold_order", "case_fact"];

    /// <summary>Adds what was told.</summary>
    public static void Write(Writes writes, Changes changes)
    {
        if (changes.Orders.Count > 0)
        {
            writes.Then("insert into hold_order (number, position, case_number, is_lock) select * from unnest($1, $2, $3, $4)",
                Rows.Of(changes.Orders.ConvertAll(o => o.Number).ToArray()), Rows.Of(changes.Orders.ConvertAll(o => o.Position).ToArray()),
                Rows.Of(changes.Orders.ConvertAll(o => o.Case).ToArray()), Rows.Of(changes.Orders.ConvertAll(o => o.IsLock).ToArray()));
        }

        if (changes.Cases.Count > 0)
        {
            writes.Then("insert into case_fact (case_number, position, kind) select * from unnest($1, $2, $3)",
                Rows.Of(changes.Cases.ConvertAll(c => c.Fact.Case!).ToArray()), Rows.Of(changes.Cases.ConvertAll(c => c.Position).ToArray()), Rows.Of(changes.Cases.ConvertAll(c => c.Fact.Kind.Number).ToArray()));
        }
    }

    /// <summary>Lays every hold that was ever placed into the book.</summary>
    public static void Restore(NpgsqlConnection connection, Book book)
    {
        var placed = new List<(int Number, long Position, string Case, bool IsLock)>();
        using (var command = new NpgsqlCommand("select number, position, case_number, is_lock from hold_order order by number", connection))
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                placed.Add((row.GetInt32(0), row.GetInt64(1), row.GetString(2), row.GetBoolean(3)));
            }
        }

        var entries = Shelf.Entries(connection, [.. placed.Select(p => p.Position)]).ToDictionary(e => e.Position);
        foreach (var (number, position, caseNumber, isLock) in placed)
        {
            var entry = entries[position];
            var order = new HoldOrder(number, caseNumber, isLock, entry.Fact.Criterion, entry.Sequence, position);
            book.PutOrder(order, book.Recollect(entry) with { Order = order });
        }
    }

    /// <summary>Lays corrections whose target has not come yet into the book.</summary>
    public static void RestoreDangling(NpgsqlConnection connection, Book book)
    {
        var dangling = new List<(Guid Target, long Position)>();
        using (var command = new NpgsqlCommand("select c.target, c.position from correction c where not exists (select 1 from known k where k.key = c.target)", connection))
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                dangling.Add((row.GetGuid(0), row.GetInt64(1)));
            }
        }

        foreach (var entry in Shelf.Entries(connection, [.. dangling.Select(d => d.Position)]))
        {
            book.PutDangling(EntryKey.Of(entry.By, entry.Fact.Corrects!.Id), book.Recollect(entry));
        }
    }
}
