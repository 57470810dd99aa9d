namespace Clew.Server.Access;

/// <summary>Somebody who signs in.</summary>
/// <param name="Name">What they sign in with; in the ledger <c>user:</c> stands before it.</param>
/// <param name="Party">The organisation that they act for, by its identity; outsiders see only its items.</param>
public sealed record Person(string Name, string NameEn, string NameZh, string Role, string? Party)
{
    /// <summary>The hash of the password; nothing until one was set.</summary>
    public string? Password { get; set; }

    /// <summary>Changes with every secret of this person.</summary>
    public string Stamp { get; set; } = "";

    /// <summary>Failed attempts since the last success.</summary>
    public int Failures { get; set; }

    /// <summary>Until when nobody comes in by this name.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>What the authenticator app was given, sealed.</summary>
    public string? OtpKey { get; set; }

    /// <summary>Whether a code of the authenticator app is asked for.</summary>
    public bool HasOtp { get; set; }

    /// <summary>Hashes of the codes for a lost phone that are left.</summary>
    public IReadOnlyList<string> Recovery { get; set; } = [];

    /// <summary>When the account was made.</summary>
    public DateTimeOffset MadeAt { get; init; }

    /// <summary>Since when this person may not come in any more.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>When this person last came in.</summary>
    public DateTimeOffset? LastIn { get; init; }

    /// <summary>All that is secret, to see whether it was changed.</summary>
    internal (string? Password, string Stamp, string? OtpKey, bool HasOtp, IReadOnlyList<string> Recovery) Secrets => (Password, Stamp, OtpKey, HasOtp, Recovery);

    /// <summary>The same as it lay in the table.</summary>
    internal (string? Password, string Stamp, string? OtpKey, bool HasOtp, IReadOnlyList<string> Recovery) SecretsAsRead { get; set; }

    /// <summary>As the ledger names them.</summary>
    public string InLedger => "user:" + Name;
}
