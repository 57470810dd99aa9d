using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Access;
using Clew.Identification;

namespace Clew.Server.Access;

/// <summary>Where an administrator lets people and systems in, changes what they may, and keeps them out. Each change is on record, with its reason.</summary>
public sealed partial class AccessDesk(People people, Keys keys, Sessions sessions, AccessLog log, TimeProvider clock)
{
    /// <summary>Days that a key lasts at most.</summary>
    public const int KeyDaysMax = 366;

    /// <summary>Adds a person, and returns the code of the link with which they set a password.</summary>
    public async Task<Reading<string>> Add(Caller by, Person person, string reason, string address, CancellationToken ct)
    {
        List<Finding> findings = [.. UserName().IsMatch(person.Name) ? Array.Empty<Finding>() : [new Finding(AccessFindings.Name, "/name", person.Name)], .. WrongRights(person.Role, person.Party), .. WrongReason(reason)];
        if (findings.Count == 0 && await people.Find(person.Name, ct) is not null)
        {
            findings.Add(new Finding(AccessFindings.Taken, "/name", person.Name));
        }

        if (findings.Count > 0)
        {
            return Reading<string>.Wrong(findings);
        }

        await log.Changed(by.Name, "personAdded", reason, address, ct, ("person", person.InLedger), ("role", person.Role), ("party", person.Party));
        if (!await people.Add(person, ct))
        {
            await log.Changed(by.Name, "notDone", "name taken", address, ct, ("person", person.InLedger));
            return Reading<string>.Wrong(new Finding(AccessFindings.Taken, "/name", person.Name));
        }

        return Reading<string>.Of(await people.Link(person.Name, by.Name, clock.GetUtcNow(), ct));
    }

    /// <summary>Gives a person another role or organisation, lets them in or keeps them out.</summary>
    public async Task<IReadOnlyList<Finding>> Change(Caller by, string name, string role, string? party, bool isDisabled, string reason, string address, CancellationToken ct)
    {
        if (await people.Find(name, ct) is not { } person)
        {
            return [new Finding(AccessFindings.Unknown, "/name", name)];
        }

        List<Finding> findings = [.. WrongPerson(by, person), .. WrongRights(role, party), .. WrongReason(reason)];
        var isLess = person is { Role: "administrator", DisabledAt: null } && (isDisabled || role != "administrator");
        if (findings.Count == 0 && isLess && !await people.HasOtherAdministrator(person.Name, ct))
        {
            findings.Add(new Finding(AccessFindings.Last, "/role", person.Name));
        }

        if (findings.Count > 0)
        {
            return findings;
        }

        var what = isDisabled && person.DisabledAt is null ? "personDisabled" : !isDisabled && person.DisabledAt is not null ? "personEnabled" : "roleGiven";
        await log.Changed(by.Name, what, reason, address, ct, ("person", person.InLedger), ("role", role), ("party", party), ("roleBefore", person.Role), ("partyBefore", person.Party));
        if (await people.Change(person.Name, role, party, isDisabled, clock.GetUtcNow(), ct))
        {
            return [];
        }

        // Somebody was quicker; that nothing came of it is on record as well.
        await log.Changed(by.Name, "notDone", "last administrator", address, ct, ("person", person.InLedger));
        return [new Finding(AccessFindings.Last, "/role", person.Name)];
    }

    /// <summary>A new link for somebody who lost the password; the second factor goes too when <paramref name="withoutOtp"/>.</summary>
    public async Task<Reading<string>> NewLink(Caller by, string name, bool withoutOtp, string reason, string address, CancellationToken ct)
    {
        if (await people.Find(name, ct) is not { DisabledAt: null } person)
        {
            return Reading<string>.Wrong(new Finding(AccessFindings.Unknown, "/name", name));
        }

        List<Finding> findings = [.. WrongPerson(by, person), .. WrongReason(reason)];
        if (findings.Count > 0)
        {
            return Reading<string>.Wrong(findings);
        }

        await log.Changed(by.Name, withoutOtp ? "linkGivenAndSecondFactorOff" : "linkGiven", reason, address, ct, ("person", person.InLedger));
        if (withoutOtp)
        {
            await people.ForgetOtp(person.Name, ct);
        }

        return Reading<string>.Of(await people.Link(person.Name, by.Name, clock.GetUtcNow(), ct));
    }

    /// <summary>Ends where somebody is signed in, one or all.</summary>
    public async Task EndSessions(Caller by, string name, Guid? id, string address, System.Security.Claims.ClaimsPrincipal asks, CancellationToken ct)
    {
        if (await people.Find(name, ct) is not { } person)
        {
            return;
        }

        await log.Changed(by.Name, "sessionEnded", null, address, ct, ("person", person.InLedger), ("session", id?.ToString()));
        await (id is { } one ? sessions.End(person.Name, one, ct) : sessions.EndOthers(person.Name, asks, ct));
    }

    /// <summary>Makes a key for a system and returns its text, which is shown once.</summary>
    public async Task<Reading<string>> IssueKey(Caller by, string name, string role, string? party, IReadOnlyList<Deed>? only, int days, string reason, string address, CancellationToken ct)
    {
        List<Finding> findings = [.. SystemName().IsMatch(name) ? Array.Empty<Finding>() : [new Finding(AccessFindings.System, "/name", name)], .. WrongRights(role, party), .. WrongReason(reason)];
        if (days is < 1 or > KeyDaysMax)
        {
            findings.Add(new Finding(AccessFindings.Days, "/days", KeyDaysMax.ToString(CultureInfo.InvariantCulture)));
        }

        findings.AddRange((only ?? []).Where(d => Roles.Find(role) is not null && !Roles.May(role, d)).Select(d => new Finding(AccessFindings.Only, "/only", role, d.ToString())));
        if (findings.Count > 0)
        {
            return Reading<string>.Wrong(findings);
        }

        var ends = clock.GetUtcNow().AddDays(days);
        await log.Changed(by.Name, "keyIssued", reason, address, ct, ("system", "system:" + name), ("role", role), ("party", party), ("only", only is null ? null : string.Join(' ', only)), ("endsAt", ends.ToString("O", CultureInfo.InvariantCulture)));
        return Reading<string>.Of(await keys.Issue(name, role, party, only, ends, by.Name, ct));
    }

    /// <summary>Ends a key.</summary>
    public async Task<IReadOnlyList<Finding>> WithdrawKey(Caller by, Guid id, string reason, string address, CancellationToken ct)
    {
        if (await keys.All(id, ct) is not [{ WithdrawnAt: null } key])
        {
            return [new Finding(AccessFindings.Unknown, "/id", id.ToString())];
        }

        if (WrongReason(reason).ToList() is { Count: > 0 } findings)
        {
            return findings;
        }

        await log.Changed(by.Name, "keyWithdrawn", reason, address, ct, ("system", "system:" + key.Name), ("key", key.Id.ToString()));
        await keys.Withdraw(id, ct);
        return [];
    }

    private static IEnumerable<Finding> WrongPerson(Caller by, Person person) => by.Name == person.InLedger ? [new Finding(AccessFindings.Oneself, "/name")] : [];

    private static IEnumerable<Finding> WrongReason(string reason) => string.IsNullOrWhiteSpace(reason) ? [new Finding(AccessFindings.Reason, "/reason")] : [];

    private static IEnumerable<Finding> WrongRights(string role, string? party)
    {
        if (Roles.Find(role) is not { } row)
        {
            return [new Finding(AccessFindings.Role, "/role", role)];
        }

        var isParty = party is not null && Identity.Read(party, "", Granularity.Party).IsRead;
        return (row.IsOutside && !isParty) || (party is not null && !isParty) ? [new Finding(AccessFindings.Party, "/party", role, party ?? "")] : [];
    }

    [GeneratedRegex("^[a-z][a-z0-9._-]{1,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex UserName();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex SystemName();
}
