using System.Text.Json;
using Clew.Identification;
using Clew.MasterData;
using Clew.Server.Evidence;
using Clew.Server.Web;
using Npgsql;

namespace Clew.Server.Identification;

/// <summary>What a regulator's database says of a device identifier.</summary>
/// <param name="Role">What the identifier is to the record.</param>
/// <param name="Quantity">How many units a package holds.</param>
/// <param name="Source">SHA-256 of the file that brought it, which is kept as evidence.</param>
public sealed record RegulatorEntry(RegulatorRecord Record, RegulatorRole Role, int? Quantity, DateTimeOffset ImportedAt, string Source);

/// <summary>How much of a regulator's database is here.</summary>
public sealed record RegulatorStand(Regulator Regulator, long Records, DateTimeOffset? Latest);

/// <summary>What an import did.</summary>
/// <param name="Records">Records that could be read, one a key.</param>
/// <param name="Kept">Those that are new here or not older than what was here.</param>
public sealed record RegulatorImport(string Source, int Records, int Kept, IReadOnlyList<Finding> Findings);

/// <summary>Records of regulators' databases: imported whole, never edited, and found by any device identifier that they name.</summary>
public sealed class Regulators(NpgsqlDataSource database, Files files, TimeProvider clock)
{
    /// <summary>Records in one statement.</summary>
    private const int BatchMax = 1_000;

    /// <summary>Takes in a file: its bytes are kept, and of each record the newest version.</summary>
    /// <returns>What it did; or no more than what is wrong with the file.</returns>
    public async Task<Reading<RegulatorImport>> Import(Regulator regulator, string name, string mediaType, byte[] bytes, string by, CancellationToken ct)
    {
        var file = RegulatorFile.Read(regulator, mediaType, bytes);
        if (file.Records.Count == 0)
        {
            return Reading<RegulatorImport>.Wrong(file.Findings);
        }

        var source = await files.Keep(name, mediaType, bytes, ct);
        var kept = 0;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var some in file.Records.Chunk(BatchMax))
        {
            kept += await Keep(connection, some, source, by, ct);
        }

        await transaction.CommitAsync(ct);
        return Reading<RegulatorImport>.Of(new RegulatorImport(source, file.Records.Count, kept, file.Findings));
    }

    /// <summary>What is said of each of these products. One round trip.</summary>
    public async Task<ILookup<string, RegulatorEntry>> Find(IReadOnlyCollection<string> products, CancellationToken ct)
    {
        var found = new List<(string Device, RegulatorEntry Entry)>();
        if (products.Count > 0)
        {
            await using var command = database.CreateCommand("""
                select d.device, r.registry, r.record, r.version, r.version_date, r.fields, d.role, d.quantity, r.imported_at, encode(r.source, 'hex')
                from regulator_device d
                join regulator_record r on r.registry = d.registry and r.record = d.record
                where d.device = any($1)
                order by d.device, d.role, r.registry desc, r.record
                """);
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. products] });
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                var record = new RegulatorRecord(
                    Regulator.Find(row.GetString(1))!, row.GetString(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetFieldValue<DateOnly>(4),
                    JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(5))!, []);
                found.Add((row.GetString(0), new RegulatorEntry(record, (RegulatorRole)row.GetInt16(6), row.IsDBNull(7) ? null : row.GetInt32(7), row.GetFieldValue<DateTimeOffset>(8), row.GetString(9))));
            }
        }

        return found.ToLookup(f => f.Device, f => f.Entry, StringComparer.Ordinal);
    }

    /// <summary>How much is here.</summary>
    public async Task<IReadOnlyList<RegulatorStand>> All(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select registry, count(*), max(imported_at) from regulator_record group by registry");
        await using var row = await command.ExecuteReaderAsync(ct);
        var here = new Dictionary<string, RegulatorStand>(StringComparer.Ordinal);
        while (await row.ReadAsync(ct))
        {
            here[row.GetString(0)] = new RegulatorStand(Regulator.Find(row.GetString(0))!, row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2));
        }

        return [.. Regulator.All.Select(r => here.GetValueOrDefault(r.Word) ?? new RegulatorStand(r, 0, null))];
    }

    private async Task<int> Keep(NpgsqlConnection connection, RegulatorRecord[] records, string source, string by, CancellationToken ct)
    {
        // What is here already and newer stays: releases may be sent in any order.
        var registry = records[0].Regulator.Word;
        var kept = new List<string>();
        await using (var keep = new NpgsqlCommand("""
            insert into regulator_record as here (registry, record, version, version_date, fields, source, imported_at, imported_by)
            select $1, r.record, r.version, r.version_date, r.fields::jsonb, $2, $3, $4
            from unnest($5::text[], $6::int[], $7::date[], $8::text[]) r (record, version, version_date, fields)
            on conflict (registry, record) do update set
                version = excluded.version, version_date = excluded.version_date, fields = excluded.fields, source = excluded.source, imported_at = excluded.imported_at, imported_by = excluded.imported_by
            where (coalesce(excluded.version_date, '-infinity'), excluded.version) >= (coalesce(here.version_date, '-infinity'), here.version)
            returning record
            """, connection))
        {
            foreach (var value in (object[])[registry, Convert.FromHexString(source), clock.GetUtcNow().UtcDateTime, by, Array.ConvertAll(records, r => r.Key), Array.ConvertAll(records, r => r.Version), Array.ConvertAll(records, r => r.VersionDate), Array.ConvertAll(records, r => JsonSerializer.Serialize(r.Fields, Answers.Json))])
            {
                keep.Parameters.Add(new() { Value = value });
            }

            await using var row = await keep.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                kept.Add(row.GetString(0));
            }
        }

        var named = kept.ToHashSet(StringComparer.Ordinal);
        var devices = records.Where(r => named.Contains(r.Key)).SelectMany(r => r.Devices, (r, d) => (r.Key, Device: d)).ToArray();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("delete from regulator_device where registry = $1 and record = any($2)") { Parameters = { new() { Value = registry }, new() { Value = kept.ToArray() } } },
                new NpgsqlBatchCommand("insert into regulator_device (device, registry, record, role, quantity) select d.device, $1, d.record, d.role, d.quantity from unnest($2::text[], $3::text[], $4::smallint[], $5::int[]) d (device, record, role, quantity)")
                {
                    Parameters =
                    {
                        new() { Value = registry }, new() { Value = Array.ConvertAll(devices, d => d.Device.Device.Text) }, new() { Value = Array.ConvertAll(devices, d => d.Key) },
                        new() { Value = Array.ConvertAll(devices, d => (short)d.Device.Role) }, new() { Value = Array.ConvertAll(devices, d => d.Device.Quantity) },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
        return kept.Count;
    }
}
