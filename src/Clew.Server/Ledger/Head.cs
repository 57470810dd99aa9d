using Clew.Proof;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Ledger;

/// <summary>The head row: where the ledger ends and which numbers are free.</summary>
/// <param name="Edge">The right edge of the tree over the entries; nothing when a version of ours wrote them that had no tree.</param>
internal sealed record Head(long Size, long RecordedAt, long NextItem, long NextLink, long NextDocument, long NamesAt, long OrdersAt, int Told, Edge? Edge)
{
    /// <summary>The condition that <see cref="Advance"/> raises when the head is not where it was believed to be.</summary>
    public const string MovedState = "CL001";

    /// <summary>Asks for the row and its lock.</summary>
    public const string Lock = "select size, recorded_at, next_item, next_link, next_document, names_at, orders_at, told, edge from head where ledger = 1 for update";

    /// <summary>From what <see cref="Lock"/> answers.</summary>
    public static Head Of(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(0) == 0 ? long.MinValue : row.Micros(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt32(7),
        Edge.Read(row.GetInt64(0), row.IsDBNull(8) ? [] : row.GetFieldValue<byte[]>(8)));

    /// <summary>Moves the head from here to there, or raises <see cref="MovedState"/>; then notes which size this moment means.</summary>
    public IEnumerable<NpgsqlBatchCommand> Advance(Head to)
    {
        var grew = to.Size > Size;
        DateTime? at = grew ? Rows.Timestamp(to.RecordedAt) : null;
        yield return new NpgsqlBatchCommand("select ledger.advance($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
        {
            Parameters =
            {
                Rows.Of(Size), Rows.Of(Told), Rows.Of(NextDocument), new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = at is { } moment ? moment : DBNull.Value },
                Rows.Of(to.Size), Rows.Of(to.NextItem), Rows.Of(to.NextLink), Rows.Of(to.NextDocument), Rows.Of(to.NamesAt), Rows.Of(to.OrdersAt), Rows.Of(to.Edge!.ToBytes()),
            },
        };
        if (at is { } then)
        {
            yield return new NpgsqlBatchCommand("insert into batch (recorded_at, size) values ($1, $2)") { Parameters = { Rows.Of(then), Rows.Of(to.Size) } };
        }
    }
}
