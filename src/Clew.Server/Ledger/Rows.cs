using Clew.Facts;
using Clew.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Ledger;

/// <summary>Our small values to and from PostgreSQL's columns.</summary>
internal static class Rows
{
    private static readonly long Epoch = DateTime.UnixEpoch.Ticks;

    /// <summary>A timestamptz as microseconds since 1970.</summary>
    public static long Micros(this NpgsqlDataReader row, int column) => (row.GetDateTime(column).Ticks - Epoch) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Microseconds since 1970 as a timestamptz.</summary>
    public static DateTime Timestamp(long micros) => new(Epoch + (micros * TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);

    public static long? LongOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static int? IntOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    /// <summary>A timestamptz as .NET has it.</summary>
    public static DateTimeOffset Moment(this NpgsqlDataReader row, int column) => new(row.GetDateTime(column));

    public static DateTimeOffset? MomentOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Moment(column);

    /// <summary>A timestamptz and its tie, side by side.</summary>
    public static Sequence? SequenceOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new Sequence(row.Micros(column), row.GetInt64(column + 1));

    /// <summary>Runs a statement that takes arrays of equal length.</summary>
    public static void Execute(this NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        command.ExecuteNonQuery();
    }

    public static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };

    public static NpgsqlParameter<DateTime[]> Times(IEnumerable<long> micros) => new() { TypedValue = [.. micros.Select(Timestamp)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };
}
