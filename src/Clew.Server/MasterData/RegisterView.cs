using Clew.Capture;
using Clew.Identification;
using Clew.MasterData;
using Clew.Server.Capture;
using Clew.Server.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.MasterData;

/// <summary>Writes the numbers of products, parties and places, and where they were described.</summary>
internal static class RegisterView
{
    /// <summary>The tables that this view owns.</summary>
    public static readonly string[] Tables = ["subject", "description"];

    /// <summary>Adds what was told. Whether anything was.</summary>
    public static bool Write(Writes writes, Register register, Changes changes)
    {
        var met = register.TakeNew();
        if (met.Count > 0)
        {
            writes.Then("insert into subject (number, key, granularity) select * from unnest($1, $2, $3)",
                Rows.Of(met.Select(m => m.Number).ToArray()), Rows.Of(met.Select(m => m.Identity.Text).ToArray()), Rows.Of(met.Select(m => (short)m.Identity.Granularity).ToArray()));
        }

        if (changes.Descriptions.Count > 0)
        {
            var told = changes.Descriptions;
            writes.Then("insert into description (number, happened, tie, position) select * from unnest($1, $2, $3, $4)",
                Rows.Of(told.ConvertAll(d => d.Number).ToArray()), Rows.Times(told.Select(d => d.At.Happened)), Rows.Of(told.ConvertAll(d => d.At.Tie).ToArray()), Rows.Of(told.ConvertAll(d => d.Position).ToArray()));
        }

        return met.Count > 0 || changes.Descriptions.Count > 0;
    }

    /// <summary>Everything that was ever met or described.</summary>
    public static Register Restore(NpgsqlConnection connection)
    {
        var register = new Register();
        using (var names = new NpgsqlCommand("select number, key, granularity from subject order by number", connection))
        using (var row = names.ExecuteReader())
        {
            while (row.Read())
            {
                var read = Identity.Read(row.GetString(1), "", (Granularity)row.GetInt16(2));
                if (read.IsRead)
                {
                    register.Restore(row.GetInt32(0), read.Value);
                }
            }
        }

        var positions = new List<long>();
        using (var described = new NpgsqlCommand("select position from description order by position", connection))
        using (var row = described.ExecuteReader())
        {
            while (row.Read())
            {
                positions.Add(row.GetInt64(0));
            }
        }

        foreach (var entry in Shelf.Entries(connection, [.. positions]).OrderBy(e => e.Position))
        {
            if (entry.Fact.Describes is { } description)
            {
                register.Describe(entry.Sequence, description);
            }
            else if (EvidenceRule.Read(entry.Fact) is { } rule)
            {
                register.Require(entry.Sequence, rule);
            }
        }

        register.TakeNew();
        return register;
    }
}
