using System.Globalization;
using System.Security.Cryptography;
using Clew.Identification;
using Clew.Numbering;
using Npgsql;

namespace Clew.Server.Numbering;

/// <summary>A rule as it stands.</summary>
/// <param name="Issued">How many of its numbers are given out.</param>
public sealed record StandingRule(string Code, SerialRule Rule, long Issued);

/// <summary>Gives out serials. A stretch of the range is taken by moving a mark in the rule's locked row, so that no two requests ever share a number, whichever server they ask.</summary>
public sealed class SerialDesk(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Serials in one request: a day's labels of a line.</summary>
    public const int CountMax = 10_000;

    /// <summary>Rules are written by hand, one for a product or a family.</summary>
    public const int RulesMax = 10_000;

    /// <summary>Makes a rule; the same again is no mistake.</summary>
    public async Task<Reading<StandingRule>> Make(string code, SerialRule rule, string by, CancellationToken ct)
    {
        await using var make = database.CreateCommand("""
            insert into serial_rule (code, pattern, alphabet, first, count, is_random, key, made_at, made_by)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (code) do nothing
            """);
        foreach (var value in (object[])[code, rule.Pattern, rule.Alphabet, rule.First, rule.Count, rule.IsRandom, RandomNumberGenerator.GetBytes(Permutation.KeyLength), clock.GetUtcNow().UtcDateTime, by])
        {
            make.Parameters.Add(new() { Value = value });
        }

        await make.ExecuteNonQueryAsync(ct);
        var standing = (await Rules(code, ct))[0];
        return standing.Rule == rule ? Reading<StandingRule>.Of(standing) : Reading<StandingRule>.Wrong(new Finding(NumberingFindings.RuleExists, "/code", code));
    }

    /// <summary>The rules in the order of their codes, or the one of this code.</summary>
    public async Task<IReadOnlyList<StandingRule>> Rules(string? code, CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select code, pattern, alphabet, first, count, is_random, next from serial_rule where $1::text is null or code = $1 order by code limit " + RulesMax.ToString(CultureInfo.InvariantCulture));
        ask.Parameters.Add(new() { Value = (object?)code ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var row = await ask.ExecuteReaderAsync(ct);
        var rules = new List<StandingRule>();
        while (await row.ReadAsync(ct))
        {
            rules.Add(new StandingRule(row.GetString(0), new SerialRule(row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.GetBoolean(5)), row.GetInt64(6)));
        }

        return rules;
    }

    /// <summary>So many serials of a product. The same sender's same request gives the same serials; nothing for a rule that there is not.</summary>
    public async Task<Reading<IReadOnlyList<string>>?> Issue(string code, string request, Identity product, int count, string sender, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);

        // The row's lock orders all requests of this rule, of every server.
        await using var ask = new NpgsqlCommand("select pattern, alphabet, first, count, is_random, key, next from serial_rule where code = $1 for update", connection) { Parameters = { new() { Value = code } } };
        SerialRule rule;
        byte[] key;
        long next;
        await using (var row = await ask.ExecuteReaderAsync(ct))
        {
            if (!await row.ReadAsync(ct))
            {
                return null;
            }

            rule = new SerialRule(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetBoolean(4));
            (key, next) = (row.GetFieldValue<byte[]>(5), row.GetInt64(6));
        }

        await using (var known = new NpgsqlCommand("select product, start, count from serial_issue where rule = $1 and sender = $2 and request = $3", connection) { Parameters = { new() { Value = code }, new() { Value = sender }, new() { Value = request } } })
        await using (var row = await known.ExecuteReaderAsync(ct))
        {
            if (await row.ReadAsync(ct))
            {
                return row.GetString(0) == product.Text && row.GetInt32(2) == count ? Serials(row.GetInt64(1)) : Wrong(new Finding(NumberingFindings.OtherRequest, "/id", request));
            }
        }

        if (count > rule.Count - next)
        {
            return Wrong(new Finding(NumberingFindings.Exhausted, "/count", code, (rule.Count - next).ToString(CultureInfo.InvariantCulture)));
        }

        await using (var take = new NpgsqlCommand("insert into serial_product (product, rule) values ($1, $2) on conflict (product) do update set product = excluded.product returning rule", connection) { Parameters = { new() { Value = product.Text }, new() { Value = code } } })
        {
            if (await take.ExecuteScalarAsync(ct) is string other && other != code)
            {
                return Wrong(new Finding(NumberingFindings.OtherRule, "/product", product.Text, other));
            }
        }

        await using (var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("update serial_rule set next = next + $2 where code = $1") { Parameters = { new() { Value = code }, new() { Value = (long)count } } },
                new NpgsqlBatchCommand("insert into serial_issue (rule, request, sender, product, start, count, issued_at) values ($1, $2, $3, $4, $5, $6, $7)")
                {
                    Parameters = { new() { Value = code }, new() { Value = request }, new() { Value = sender }, new() { Value = product.Text }, new() { Value = next }, new() { Value = count }, new() { Value = clock.GetUtcNow().UtcDateTime } },
                },
            },
        })
        {
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return Serials(next);

        Reading<IReadOnlyList<string>> Serials(long start) => Reading<IReadOnlyList<string>>.Of([.. rule.Serials(start, count, key)]);

        static Reading<IReadOnlyList<string>> Wrong(Finding finding) => Reading<IReadOnlyList<string>>.Wrong(finding);
    }
}
