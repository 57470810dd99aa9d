using System.Globalization;
using System.Security.Cryptography;
using Clew.Identification;
using Clew.Numbering;
using Npgsql;

namespace Clew.Server.Numbering;

/// <summary>A rule as it stands.</summary>
/// <param name="Issued">How many of its numbers are given out.</param>
public sealed record StandingRule(string Code, SerialRule Rule, long Issued);

/// <summary>A stretch of a rule's range that was given out.</summary>
/// <param name="Count">How long it is; so many less <paramref name="Passed"/> serials were given out.</param>
/// <param name="Passed">Serials of it that were in use already.</param>
public sealed record SerialIssue(string Request, string Sender, string Product, long Start, int Count, int Passed, DateTimeOffset IssuedAt);

/// <summary>Gives out serials. A stretch of the range is taken by moving a mark in the rule's locked row, so that no two requests ever share a number, whichever server they ask.</summary>
public sealed class SerialDesk(NpgsqlDataSource database, TimeProvider clock) : IDisposable
{
    /// <summary>Serials in one request: a day's labels of a line.</summary>
    public const int CountMax = 10_000;

    /// <summary>Serials that are compared with the ledger in one question, at the least: one question then gets past most of what somebody numbered before us.</summary>
    private const int StretchMin = 128;

    /// <summary>Questions of one request. Where as many are not enough, the whole range is somebody else's.</summary>
    private const int StretchesMax = 16;

    /// <summary>Requests of a rule that a page lists; the newest.</summary>
    public const int IssuesShown = 50;

    /// <summary>Rules are written by hand, one for a product or a family.</summary>
    public const int RulesMax = 10_000;

    /// <summary>Requests of this server at once. More would only sit on connections while they wait for the same row, until there are none left.</summary>
    private const int AtOnceMax = 4;

    private readonly SemaphoreSlim room = new(AtOnceMax);

    /// <inheritdoc/>
    public void Dispose() => room.Dispose();

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

    /// <summary>The newest requests that a rule answered: which stretch of its range went to whom, for which product.</summary>
    public async Task<IReadOnlyList<SerialIssue>> Issues(string code, CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select request, sender, product, start, count, cardinality(passed), issued_at from serial_issue where rule = $1 order by start desc limit $2");
        ask.Parameters.Add(new() { Value = code });
        ask.Parameters.Add(new() { Value = IssuesShown });
        await using var row = await ask.ExecuteReaderAsync(ct);
        var issues = new List<SerialIssue>();
        while (await row.ReadAsync(ct))
        {
            issues.Add(new SerialIssue(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt32(4), row.GetInt32(5), row.GetFieldValue<DateTimeOffset>(6)));
        }

        return issues;
    }

    /// <summary>So many serials of a product, none of which the ledger has met yet. The same sender's same request gives the same serials; nothing for a rule that there is not.</summary>
    public async Task<Reading<IReadOnlyList<string>>?> Issue(string code, string request, Identity product, int count, string sender, CancellationToken ct)
    {
        await room.WaitAsync(ct);
        try
        {
            return await Take(code, request, product, count, sender, ct);
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<Reading<IReadOnlyList<string>>?> Take(string code, string request, Identity product, int count, string sender, CancellationToken ct)
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

        await using (var known = new NpgsqlCommand("select product, start, count, passed from serial_issue where rule = $1 and sender = $2 and request = $3", connection) { Parameters = { new() { Value = code }, new() { Value = sender }, new() { Value = request } } })
        await using (var row = await known.ExecuteReaderAsync(ct))
        {
            if (await row.ReadAsync(ct))
            {
                var (before, passed) = (row.GetInt32(2), row.GetFieldValue<int[]>(3));
                return row.GetString(0) == product.Text && before - passed.Length == count ? Reading<IReadOnlyList<string>>.Of(Left(rule.Serials(row.GetInt64(1), before, key), passed)) : Wrong(new Finding(NumberingFindings.OtherRequest, "/id", request));
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

        // What somebody numbered by hand, or in the system before us, may lie in the range: it is passed over.
        var (serials, used, length) = (new List<string>(count), new List<int>(), 0);
        for (var stretch = 0; serials.Count < count; stretch++)
        {
            var missing = count - serials.Count;
            if (missing > rule.Count - next - length)
            {
                return Wrong(new Finding(NumberingFindings.Exhausted, "/count", code, (rule.Count - next - used.Count).ToString(CultureInfo.InvariantCulture)));
            }

            if (stretch == StretchesMax)
            {
                return Wrong(new Finding(NumberingFindings.InUse, "/product", product.Text, used.Count.ToString(CultureInfo.InvariantCulture), code));
            }

            var tried = rule.Serials(next + length, (int)Math.Min(Math.Max(missing, StretchMin), rule.Count - next - length), key).ToList();
            var met = await Met(connection, product, tried, ct);
            for (var i = 0; i < tried.Count && serials.Count < count; i++, length++)
            {
                if (met.Contains(Identity.Unit(product.Text, tried[i]).Text))
                {
                    used.Add(length);
                }
                else
                {
                    serials.Add(tried[i]);
                }
            }
        }

        await using (var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("update serial_rule set next = next + $2 where code = $1") { Parameters = { new() { Value = code }, new() { Value = (long)length } } },
                new NpgsqlBatchCommand("insert into serial_issue (rule, request, sender, product, start, count, issued_at, passed) values ($1, $2, $3, $4, $5, $6, $7, $8)")
                {
                    Parameters = { new() { Value = code }, new() { Value = request }, new() { Value = sender }, new() { Value = product.Text }, new() { Value = next }, new() { Value = length }, new() { Value = clock.GetUtcNow().UtcDateTime }, new() { Value = used.ToArray() } },
                },
            },
        })
        {
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return Reading<IReadOnlyList<string>>.Of(serials);

        static IReadOnlyList<string> Left(IEnumerable<string> stretch, IReadOnlyCollection<int> passed)
        {
            var without = passed.ToHashSet();
            return [.. stretch.Where((_, i) => !without.Contains(i))];
        }

        static Reading<IReadOnlyList<string>> Wrong(Finding finding) => Reading<IReadOnlyList<string>>.Wrong(finding);
    }

    // Which of these units the ledger has met, in one question.
    private static async Task<HashSet<string>> Met(NpgsqlConnection connection, Identity product, IEnumerable<string> serials, CancellationToken ct)
    {
        await using var ask = new NpgsqlCommand("select key from item where key = any($1)", connection) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. serials.Select(s => Identity.Unit(product.Text, s).Text)] } } };
        await using var row = await ask.ExecuteReaderAsync(ct);
        var met = new HashSet<string>(StringComparer.Ordinal);
        while (await row.ReadAsync(ct))
        {
            met.Add(row.GetString(0));
        }

        return met;
    }
}
