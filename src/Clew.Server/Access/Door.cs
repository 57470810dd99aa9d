using System.Globalization;
using Clew.Identification;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Clew.Server.Access;

/// <summary>How somebody got on at the door.</summary>
public enum Entered
{
    /// <summary>Not at all; nobody is told why.</summary>
    Not,

    /// <summary>The password was right, and the code of the authenticator app is asked for.</summary>
    HalfWay,

    /// <summary>Signed in.</summary>
    In,
}

/// <summary>
/// Where people come in, and change what they come in with. Every attempt is on record. An unknown name, a wrong password, a closed and a
/// disabled account answer alike and as slowly.
/// </summary>
public sealed class Door(UserManager<Person> users, PersonStore store, People people, Sessions sessions, AccessLog log, TimeProvider clock)
{
    /// <summary>Characters that a password has at least (NIST SP 800-63B, 5.1.1.2, asks for 8; ASVS 5.0 recommends more).</summary>
    public const int PasswordMin = 12;

    /// <summary>Characters that a password has at most: hashing costs time.</summary>
    public const int PasswordMax = 200;

    /// <summary>After so many failures in a row the account is closed for a while.</summary>
    public const int FailuresMax = 5;

    /// <summary>For so long.</summary>
    public static readonly TimeSpan ClosedFor = TimeSpan.FromMinutes(15);

    // Codes for a lost phone: printed once, each is good once.
    private const int RecoveryCodes = 10;

    /// <summary>With name and password.</summary>
    public async Task<Entered> Enter(HttpContext http, string name, string password, CancellationToken ct)
    {
        var person = password.Length <= PasswordMax ? await users.FindByNameAsync(name) : null;
        if (person is not { DisabledAt: null, Password: not null } || await users.IsLockedOutAsync(person))
        {
            People.CompareInVain(password[..Math.Min(password.Length, PasswordMax)]);
            await log.Failed(person, "password", Sessions.Address(http), ct);
            return Entered.Not;
        }

        if (!await users.CheckPasswordAsync(person, password))
        {
            await Failed(http, person, "password", ct);
            return Entered.Not;
        }

        if (person.HasOtp)
        {
            await SignIn.HalfWay(http, person);
            return Entered.HalfWay;
        }

        await Welcome(http, person, "password", ct);
        return Entered.In;
    }

    /// <summary>With the code of the authenticator app, or one for a lost phone, after the password.</summary>
    public async Task<Entered> EnterCode(HttpContext http, string code, CancellationToken ct)
    {
        var half = await http.AuthenticateAsync(SignIn.HalfScheme);
        if (half.Principal?.Identity?.Name is not { } name || await people.Find(name, ct) is not { DisabledAt: null } person || await users.IsLockedOutAsync(person))
        {
            return Entered.Not;
        }

        var typed = code.Replace(" ", "", StringComparison.Ordinal);
        var isOtp = typed.Length == 6 && typed.All(char.IsAsciiDigit);
        var way = isOtp ? "otp" : "recoveryCode";
        if (!(isOtp ? await IsRight(person, typed, ct) : (await users.RedeemTwoFactorRecoveryCodeAsync(person, typed)).Succeeded))
        {
            await Failed(http, person, way, ct);
            return Entered.HalfWay;
        }

        await http.SignOutAsync(SignIn.HalfScheme);
        await Welcome(http, person, way, ct);
        return Entered.In;
    }

    /// <summary>With a link: sets the password, and comes in unless a code is asked for.</summary>
    public async Task<(Entered Entered, IReadOnlyList<Finding> Findings)> EnterByLink(HttpContext http, string code, string password, string again, CancellationToken ct)
    {
        if (await people.Invited(code, clock.GetUtcNow(), ct) is not { } invited)
        {
            return (Entered.Not, []);
        }

        if (Wrong(invited, password, again) is { Count: > 0 } findings)
        {
            return (Entered.Not, findings);
        }

        if (await people.Redeem(code, clock.GetUtcNow(), ct) is not { } person)
        {
            return (Entered.Not, []);
        }

        await SetPassword(person, password);
        await users.SetLockoutEndDateAsync(person, null);
        await sessions.EndOthers(person.Name, http.User, ct);
        if (person.HasOtp)
        {
            await SignIn.HalfWay(http, person);
            return (Entered.HalfWay, []);
        }

        await Welcome(http, person, "link", ct);
        return (Entered.In, []);
    }

    /// <summary>Sets another password; the person's other sessions end.</summary>
    public async Task<IReadOnlyList<Finding>> ChangePassword(HttpContext http, string present, string password, string again, CancellationToken ct)
    {
        var person = await Present(http, ct);
        if (Wrong(person, password, again) is { Count: > 0 } findings)
        {
            return findings;
        }

        if (!await Confirms(http, person, present, ct))
        {
            return [new Finding(AccessFindings.Present, "/present")];
        }

        await log.Changed(person.InLedger, "passwordChanged", null, Sessions.Address(http), ct, ("person", person.InLedger));
        await SetPassword(person, password);
        await sessions.EndOthers(person.Name, http.User, ct);
        return [];
    }

    /// <summary>A new key for the authenticator app, as the address that its camera reads. It counts once a code was typed.</summary>
    public async Task<(string Key, Uri Address)> NewOtp(HttpContext http, CancellationToken ct)
    {
        var person = await Present(http, ct);
        if (person.HasOtp)
        {
            throw new InvalidOperationException("A second factor is not exchanged without being taken away first.");
        }

        if (await users.GetAuthenticatorKeyAsync(person) is null)
        {
            await users.ResetAuthenticatorKeyAsync(person);
        }

        var key = (await users.GetAuthenticatorKeyAsync(person))!;
        return (key, new Uri($"otpauth://totp/Clew:{Uri.EscapeDataString(person.Name)}?secret={key}&issuer=Clew&digits=6"));
    }

    /// <summary>From now on the code is asked for. The codes for a lost phone, or nothing when the code was not right.</summary>
    public async Task<IReadOnlyList<string>?> TurnOtpOn(HttpContext http, string code, CancellationToken ct)
    {
        var person = await Present(http, ct);
        if (person.HasOtp || !await IsRight(person, code.Replace(" ", "", StringComparison.Ordinal), ct))
        {
            return null;
        }

        await log.Changed(person.InLedger, "secondFactorOn", null, Sessions.Address(http), ct, ("person", person.InLedger));
        await users.SetTwoFactorEnabledAsync(person, true);
        return [.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(person, RecoveryCodes))!];
    }

    /// <summary>No code is asked for any more.</summary>
    public async Task<IReadOnlyList<Finding>> TurnOtpOff(HttpContext http, string present, CancellationToken ct)
    {
        var person = await Present(http, ct);
        if (!await Confirms(http, person, present, ct))
        {
            return [new Finding(AccessFindings.Present, "/present")];
        }

        await log.Changed(person.InLedger, "secondFactorOff", null, Sessions.Address(http), ct, ("person", person.InLedger));
        await people.ForgetOtp(person.Name, ct);
        return [];
    }

    /// <summary>Whether the next signature is the first of this session, for which all components are asked (21 CFR 11.200(a)(1)).</summary>
    public async Task<bool> IsFirstSignature(HttpContext http, CancellationToken ct) => !await sessions.HasSigned(http.User, ct);

    /// <summary>Whether it is the signer who asks: name, password and code for the first signature of a session, then the password. Nothing when it is not.</summary>
    public async Task<Person?> ConfirmSignature(HttpContext http, string name, string password, string code, CancellationToken ct)
    {
        var person = await Present(http, ct);
        if (await IsFirstSignature(http, ct))
        {
            var isNamed = string.Equals(name, person.Name, StringComparison.OrdinalIgnoreCase);
            if (!await Confirms(http, person, password, ct) || !isNamed || (person.HasOtp && !await IsRight(person, code.Replace(" ", "", StringComparison.Ordinal), ct)))
            {
                return null;
            }

            await sessions.Signed(http.User, ct);
            return person;
        }

        return await Confirms(http, person, password, ct) ? person : null;
    }

    /// <summary>The person who is signed in.</summary>
    public async Task<Person> Present(HttpContext http, CancellationToken ct) =>
        await people.Find(Caller.Of(http.User).Name["user:".Length..], ct) ?? throw new InvalidOperationException("Whoever is signed in is in the table.");

    /// <summary>What is wrong with a new password.</summary>
    public static IReadOnlyList<Finding> Wrong(Person person, string password, string again)
    {
        if (password.Length is < PasswordMin or > PasswordMax)
        {
            return [new Finding(AccessFindings.Short, "/password", PasswordMin.ToString(CultureInfo.InvariantCulture))];
        }

        // Length is what counts; what stands on the account itself is what a guesser begins with.
        string[] known = [person.Name, .. person.Name.Split('.', '-', '_'), .. person.NameEn.Split(' '), person.NameZh, "clew", "溯线", "password", "12345"];
        var rest = known.Where(k => k.Length > 1).OrderByDescending(k => k.Length).Aggregate(password, (text, k) => text.Replace(k, "", StringComparison.OrdinalIgnoreCase));
        if (rest.Length < PasswordMin / 2 || password.Distinct().Count() < PasswordMin / 2)
        {
            return [new Finding(AccessFindings.Easy, "/password")];
        }

        return password == again ? [] : [new Finding(AccessFindings.Differ, "/again")];
    }

    private async Task<bool> IsRight(Person person, string code, CancellationToken ct) =>
        await users.VerifyTwoFactorTokenAsync(person, TokenOptions.DefaultAuthenticatorProvider, code) && await store.UseOtp(person, code, ct);

    // Whoever sits down at an open browser does not know the password.
    private async Task<bool> Confirms(HttpContext http, Person person, string password, CancellationToken ct)
    {
        if (password.Length <= PasswordMax && !await users.IsLockedOutAsync(person) && await users.CheckPasswordAsync(person, password))
        {
            await users.ResetAccessFailedCountAsync(person);
            return true;
        }

        await Failed(http, person, "confirmation", ct);
        return false;
    }

    private async Task SetPassword(Person person, string password)
    {
        person.Password = users.PasswordHasher.HashPassword(person, password);
        await users.UpdateSecurityStampAsync(person);
        await users.ResetAccessFailedCountAsync(person);
    }

    private async Task Failed(HttpContext http, Person person, string way, CancellationToken ct)
    {
        await users.AccessFailedAsync(person);
        await log.Failed(person, way, Sessions.Address(http), ct);
    }

    private async Task Welcome(HttpContext http, Person person, string way, CancellationToken ct)
    {
        await users.ResetAccessFailedCountAsync(person);
        await log.SignedIn(person, way, Sessions.Address(http), ct);
        await people.CameIn(person.Name, clock.GetUtcNow(), ct);
        await SignIn.Welcome(http, person);
    }
}
