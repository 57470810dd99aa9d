using System.Security.Cryptography;
using Npgsql;

namespace Clew.Server.Evidence;

/// <summary>A file of evidence.</summary>
public sealed record EvidenceFile(string Sha256, string MediaType, string Name, byte[] Bytes);

/// <summary>Files by the hash of their bytes: the same file is kept once, and a file that was changed is another file.</summary>
public sealed class Files(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The longest file: a scanned report, not a film.</summary>
    public const int LengthMax = 64 << 20;

    /// <summary>Keeps the bytes and returns their hash.</summary>
    public async Task<string> Keep(string name, string mediaType, byte[] bytes, CancellationToken ct)
    {
        var hash = SHA256.HashData(bytes);
        await using var command = database.CreateCommand("insert into file (sha256, media_type, name, stored_at, bytes) values ($1, $2, $3, $4, $5) on conflict do nothing");
        command.Parameters.Add(new() { Value = hash });
        command.Parameters.Add(new() { Value = mediaType });
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = bytes });
        await command.ExecuteNonQueryAsync(ct);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Which of these hashes name a file that we keep, and of what type it is; of others only the hash was reported.</summary>
    public async Task<Dictionary<string, string>> Kept(IEnumerable<string> sha256, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select encode(sha256, 'hex'), media_type from file where sha256 = any($1)");
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. sha256.Distinct(StringComparer.Ordinal).Select(Convert.FromHexString)] });
        await using var row = await command.ExecuteReaderAsync(ct);
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await row.ReadAsync(ct))
        {
            kept[row.GetString(0)] = row.GetString(1);
        }

        return kept;
    }

    /// <summary>The file with this hash (64 lower-case hexadecimal digits), or nothing.</summary>
    public async Task<EvidenceFile?> Find(string sha256, CancellationToken ct)
    {
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        await using var command = database.CreateCommand("select media_type, name, bytes from file where sha256 = $1");
        command.Parameters.Add(new() { Value = Convert.FromHexString(sha256) });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new EvidenceFile(sha256, row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2)) : null;
    }
}
