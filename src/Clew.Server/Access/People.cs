using Microsoft.AspNetCore.Identity;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Access;

/// <summary>Somebody who signs in.</summary>
/// <param name="Name">What they sign in with; in the ledger <c>user:</c> stands before it.</param>
/// <param name="Party">The organisation that they act for, by its identity; outsiders see only its items.</param>
public sealed record Person(string Name, string NameEn, string NameZh, string Role, string? Party);

/// <summary>Local accounts. Passwords are kept only as the framework's PBKDF2 hashes.</summary>
public sealed class People(NpgsqlDataSource database)
{
    private static readonly PasswordHasher<Person> Hasher = new();

    // Compared against when the name is unknown, so that the answer takes as long and nobody learns which names exist.
    private static readonly string NobodysHash = Hasher.HashPassword(null!, Guid.CreateVersion7().ToString());

    /// <summary>Adds a person, or gives a known one these words and this password.</summary>
    public async Task Put(Person person, string password, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            insert into person (name, name_en, name_zh, role, party, password) values ($1, $2, $3, $4, $5, $6)
            on conflict (name) do update
            set name_en = excluded.name_en, name_zh = excluded.name_zh, role = excluded.role, party = excluded.party, password = excluded.password
            """);
        foreach (var text in (string?[])[person.Name, person.NameEn, person.NameZh, person.Role, person.Party, Hasher.HashPassword(person, password)])
        {
            command.Parameters.Add(new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        }

        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The person with this name and password, or nothing.</summary>
    public async Task<Person?> Find(string name, string password, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select name, name_en, name_zh, role, party, password from person where name = $1");
        command.Parameters.Add(new() { Value = name });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
        {
            Hasher.VerifyHashedPassword(null!, NobodysHash, password);
            return null;
        }

        var person = new Person(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4));
        return Hasher.VerifyHashedPassword(person, row.GetString(5), password) == PasswordVerificationResult.Failed ? null : person;
    }
}
