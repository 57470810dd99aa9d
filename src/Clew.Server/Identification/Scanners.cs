using Clew.Identification;
using Npgsql;

namespace Clew.Server.Identification;

/// <summary>A scanner, or a sort of scanners that are set alike.</summary>
public sealed record Scanner(string Name, ScannerSettings Settings);

/// <summary>The scanner profiles of the house, and which of them a station uses.</summary>
public sealed class Scanners(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Which profile this station uses: scanners belong to stations, not to people.</summary>
    public const string Cookie = "clew.scanner";

    /// <summary>The longest name.</summary>
    public const int NameMax = 60;

    /// <summary>More sorts of scanners no house has; a list of them fits on a page.</summary>
    public const int ScannersMax = 100;

    /// <summary>All profiles, by name.</summary>
    public async Task<IReadOnlyList<Scanner>> All(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select name, separators, prefix, suffix, folds, sends_aim from scanner order by name limit $1");
        command.Parameters.Add(new() { Value = ScannersMax });
        return await Read(command, ct);
    }

    /// <summary>Keeps a profile, in place of one of the same name. Says no when there are too many.</summary>
    public async Task<bool> Put(Scanner scanner, string by, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            insert into scanner (name, separators, prefix, suffix, folds, sends_aim, set_by, set_at)
            select $1, $2, $3, $4, $5, $6, $7, $8
            where (select count(*) from scanner where name <> $1) < $9
            on conflict (name) do update set separators = $2, prefix = $3, suffix = $4, folds = $5, sends_aim = $6, set_by = $7, set_at = $8
            """);
        var settings = scanner.Settings;
        foreach (var value in (object[])[scanner.Name, settings.Separators.ToArray(), settings.Prefix, settings.Suffix, settings.FoldsFullWidth, settings.SendsAim == true, by, clock.GetUtcNow(), ScannersMax])
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    /// <summary>Forgets a profile.</summary>
    public async Task Remove(string name, CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from scanner where name = $1");
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>How this station's scanner is set; as one that needs no profile where the station has named none, or one that is gone.</summary>
    public async Task<ScannerSettings> Of(HttpContext context, CancellationToken ct) =>
        context.Request.Cookies[Cookie] is { } name && await Find(name, ct) is { } scanner ? scanner.Settings : new ScannerSettings();

    /// <summary>The profile of this name, or nothing.</summary>
    public async Task<Scanner?> Find(string name, CancellationToken ct)
    {
        if (name.Length is 0 or > NameMax || name.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        await using var command = database.CreateCommand("select name, separators, prefix, suffix, folds, sends_aim from scanner where name = $1");
        command.Parameters.Add(new() { Value = name });
        return await Read(command, ct) is [var scanner] ? scanner : null;
    }

    private static async Task<List<Scanner>> Read(NpgsqlCommand command, CancellationToken ct)
    {
        var found = new List<Scanner>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            found.Add(new Scanner(row.GetString(0), new ScannerSettings
            {
                Separators = row.GetFieldValue<string[]>(1),
                Prefix = row.GetString(2),
                Suffix = row.GetString(3),
                FoldsFullWidth = row.GetBoolean(4),
                SendsAim = row.GetBoolean(5),
            }));
        }

        return found;
    }
}
