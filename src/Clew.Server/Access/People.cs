using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Access;

/// <summary>Local accounts. Passwords are kept only as the framework's PBKDF2 hashes.</summary>
public sealed class People(NpgsqlDataSource database)
{
    /// <summary>Rounds of PBKDF2 with SHA-512 (OWASP, Password Storage).</summary>
    public const int HashRounds = 210_000;

    /// <summary>How many are shown at once.</summary>
    public const int ListMax = 1_000;

    /// <summary>How long somebody has to set the first password, or a new one.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromHours(48);

    private const string Columns = "name, name_en, name_zh, role, party, password, stamp, failures, locked_until, otp_key, has_otp, recovery, made_at, disabled_at, last_in";

    private static readonly PasswordHasher<Person> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = HashRounds }));

    // Compared against when the name is unknown, so that the answer takes as long and nobody learns which names exist.
    private static readonly string NobodysHash = Hasher.HashPassword(null!, Guid.CreateVersion7().ToString());

    /// <summary>Does the work of comparing a password, for nobody.</summary>
    public static void CompareInVain(string password) => Hasher.VerifyHashedPassword(null!, NobodysHash, password);

    /// <summary>Adds a person, or gives a known one these words and this password.</summary>
    public Task Put(Person person, string password, CancellationToken ct) => Put(person with { Password = Hasher.HashPassword(person, password) }, ct);

    /// <summary>Adds a person who has no password yet; false when there is one of that name.</summary>
    public Task<bool> Add(Person person, CancellationToken ct) => Insert(person, "do nothing", ct);

    private Task<bool> Put(Person person, CancellationToken ct) =>
        Insert(person, "(name) do update set name_en = excluded.name_en, name_zh = excluded.name_zh, role = excluded.role, party = excluded.party, password = excluded.password, stamp = excluded.stamp", ct);

    private async Task<bool> Insert(Person person, string onConflict, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"insert into person (name, name_en, name_zh, role, party, password, stamp) values ($1, $2, $3, $4, $5, $6, $7) on conflict {onConflict}");
        foreach (var text in (string?[])[person.Name, person.NameEn, person.NameZh, person.Role, person.Party, person.Password, Guid.NewGuid().ToString("N")])
        {
            command.Parameters.Add(new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        }

        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    /// <summary>The person with this name, however it is capitalised, or nothing.</summary>
    public async Task<Person?> Find(string name, CancellationToken ct) => (await Ask("lower(name) = lower($1)", name, ct)) is [var person] ? person : null;

    /// <summary>All people, by name.</summary>
    public Task<List<Person>> All(CancellationToken ct) => Ask("true", null, ct);

    /// <summary>Whether nobody was ever added.</summary>
    public async Task<bool> IsEmpty(CancellationToken ct) => await Scalar("select not exists (select 1 from person)", ct) is true;

    /// <summary>Whether somebody else can come in and administer.</summary>
    public async Task<bool> HasOtherAdministrator(string name, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select exists (select 1 from person where role = 'administrator' and disabled_at is null and name <> $1)");
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>
    /// Gives a person another role or party, lets them in or keeps them out. Who is kept out is out at once. False, and nothing is changed, when
    /// nobody would be left who lets others in.
    /// </summary>
    public async Task<bool> Change(string name, string role, string? party, bool isDisabled, DateTimeOffset now, CancellationToken ct)
    {
        // Two administrators who take each other's role at the same moment go one after the other.
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var wait = new NpgsqlCommand("lock table person in share row exclusive mode", connection))
        {
            await wait.ExecuteNonQueryAsync(ct);
        }

        await using var command = new NpgsqlCommand("""
            update person set role = $2, party = $3, disabled_at = case when $4 then coalesce(disabled_at, $5) end
            where name = $1 and (role <> 'administrator' or disabled_at is not null or ($2 = 'administrator' and not $4)
                                 or exists (select 1 from person o where o.role = 'administrator' and o.disabled_at is null and o.name <> $1))
            """, connection);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = role });
        command.Parameters.Add(new() { Value = (object?)party ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = isDisabled });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        var isDone = await command.ExecuteNonQueryAsync(ct) > 0;
        await transaction.CommitAsync(ct);
        return isDone;
    }

    /// <summary>Takes a person's second factor away: the phone is lost, and the codes for that too.</summary>
    public Task ForgetOtp(string name, CancellationToken ct) => Do("update person set otp_key = null, has_otp = false, otp_used = '{}', recovery = '{}' where name = $1", ct, name);

    /// <summary>Notes that a person came in.</summary>
    public Task CameIn(string name, DateTimeOffset now, CancellationToken ct) => Do("update person set last_in = $2 where name = $1", ct, name, now.UtcDateTime);

    /// <summary>A code with which the person sets a password, once. Earlier ones are good no longer.</summary>
    public async Task<string> Link(string name, string by, DateTimeOffset now, CancellationToken ct)
    {
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await Do("with before as (delete from invitation where person = $1) insert into invitation (hash, person, made_by, ends_at) values ($2, $1, $3, $4)", ct, name, Hash(code), by, (now + LinkLife).UtcDateTime);
        return code;
    }

    /// <summary>Whose link it is, or nothing when it is none, was used or has run out.</summary>
    public Task<Person?> Invited(string code, DateTimeOffset now, CancellationToken ct) => OfLink("select person from invitation where hash = $1 and ends_at > $2", code, now, ct);

    /// <summary>Uses the link up.</summary>
    public Task<Person?> Redeem(string code, DateTimeOffset now, CancellationToken ct) => OfLink("delete from invitation where hash = $1 and ends_at > $2 returning person", code, now, ct);

    private async Task<Person?> OfLink(string sql, string code, DateTimeOffset now, CancellationToken ct)
    {
        string name;
        await using (var command = database.CreateCommand(sql))
        {
            command.Parameters.Add(new() { Value = Hash(code) });
            command.Parameters.Add(new() { Value = now.UtcDateTime });
            if (await command.ExecuteScalarAsync(ct) is not string found)
            {
                return null;
            }

            name = found;
        }

        return await Find(name, ct) is { DisabledAt: null } person ? person : null;
    }

    private async Task<List<Person>> Ask(string where, string? argument, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {Columns} from person where {where} order by name limit {ListMax}");
        if (argument is not null)
        {
            command.Parameters.Add(new() { Value = argument });
        }

        await using var row = await command.ExecuteReaderAsync(ct);
        var all = new List<Person>();
        while (await row.ReadAsync(ct))
        {
            DateTimeOffset? Moment(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
            string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
            var person = new Person(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Text(4))
            {
                Password = Text(5),
                Stamp = row.GetString(6),
                Failures = row.GetInt32(7),
                LockedUntil = Moment(8),
                OtpKey = Text(9),
                HasOtp = row.GetBoolean(10),
                Recovery = row.GetFieldValue<string[]>(11),
                MadeAt = Moment(12)!.Value,
                DisabledAt = Moment(13),
                LastIn = Moment(14),
            };
            person.SecretsAsRead = person.Secrets;
            all.Add(person);
        }

        return all;
    }

    private async Task<object?> Scalar(string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(ct);
    }

    private async Task Do(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(ct);
    }

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
