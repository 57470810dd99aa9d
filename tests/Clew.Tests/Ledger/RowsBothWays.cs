using Clew.Server.Ledger;
using Clew.Tests.Capture;
using Clew.Tests.Storage;

namespace Clew.Tests.Ledger;

/// <summary>Few rows are inserted and many are copied: what arrives is the same.</summary>
public sealed class RowsBothWays(Ground ground)
{
    private static readonly string[] Columns =
    [
        "a bigint", "b integer", "c smallint", "d timestamptz", "e date", "f uuid", "g bytea", "h text", "i jsonb", "j numeric", "k integer[]", "l bigint[]",
    ];

    private static readonly decimal?[] Numbers =
    [
        0m, 1m, -1m, 0.5m, -0.00012m, 1.50m, 9_999m, 10_000m, 10_001.0001m, 123_456_789.987_654_3m, -100_000_000m, decimal.MaxValue, 0.000_000_000_000_000_000_000_000_1m, null,
    ];

    [Fact]
    public async Task An_insert_and_a_copy_of_the_same_rows_are_equal()
    {
        await using var company = await Company.Found(ground);
        await company.Ask($"create table public.both (way text, {string.Join(", ", Columns)})");
        await using var connection = await company.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        using (var copied = Filled("copied"))
        {
            copied.Send(connection);
        }

        using (var inserted = Filled("inserted"))
        {
            await using var batch = new Npgsql.NpgsqlBatch(connection) { BatchCommands = { inserted.AsInsert() } };
            (await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(Numbers.Length);
        }

        const string Rows = "select a, b, c, d::text, e::text, f::text, g::text, h, i::text, j::text, k::text, l::text from public.both where way = ";
        var there = await company.Ask(Rows + "'copied' order by c desc");
        there.Count.ShouldBe(Numbers.Length);
        (await company.Ask(Rows + "'inserted' order by c desc")).ShouldBe(there);
        (await company.Ask("select j::text from public.both where way = 'copied' order by c desc"))
            .ShouldBe(Numbers.Select(n => n?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"));
    }

    private static CopyRows Filled(string way)
    {
        var rows = new CopyRows("public.both", ["way text", .. Columns]);
        for (var i = 0; i < Numbers.Length; i++)
        {
            var isThere = i % 3 != 1;
            rows.Row().Text(way).Long(isThere ? i : 1_000L + i).Int(isThere ? -i : null).Short(-i).Time(isThere ? 1_700_000_000_123_456 + i : (long?)null).Date(isThere ? new DateOnly(1999, 12, 31) : null)
                .Uuid(new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)).Bytes([0, (byte)i, 255]).Text("电芯 \"{}\\ " + i).Jsonb(isThere ? "{\"a\":[1,\"二\"]}" : null)
                .Numeric(Numbers[i]).Ints(isThere ? [1, -2, i] : null).Longs([long.MinValue, i]);
        }

        return rows;
    }
}
