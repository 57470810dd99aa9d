namespace Clew.Server.Proof;

/// <summary>How a server signs, and where its checkpoints go. Exactly one of several servers on one database has the signer.</summary>
/// <param name="Signer">Nothing: this server shows what another signs.</param>
/// <param name="Every">How long entries wait for a checkpoint at most.</param>
/// <param name="Folder">Where each checkpoint is put as a file.</param>
/// <param name="Hook">Where each checkpoint is posted.</param>
/// <param name="AuditBytes">What the self-audit reads a second at most; 0: it does not run.</param>
/// <param name="ViewsEvery">How long after the end of one round the views are told again for the next; nothing: never.</param>
/// <param name="Mail">Where checkpoints go by e-mail.</param>
/// <param name="Timestamps">The authority of time that stamps checkpoints (RFC 3161).</param>
public sealed record ProofSettings(Signer? Signer = null, TimeSpan? Every = null, string? Folder = null, Uri? Hook = null, long AuditBytes = 0, TimeSpan? ViewsEvery = null, MailSettings? Mail = null, Uri? Timestamps = null)
{
    /// <summary>Once a night, as it were: it takes the room of the views a second time.</summary>
    public static readonly TimeSpan ViewsEveryUsual = TimeSpan.FromDays(1);

    /// <summary>Unless told otherwise: what lies between two checkpoints is not yet proven to anybody.</summary>
    public static readonly TimeSpan EveryUsual = TimeSpan.FromSeconds(30);

    /// <summary>Some two thousand entries a second: a few hundredths of one core, and a large ledger is read every hour.</summary>
    public const long AuditBytesUsual = 1 << 20;
}

/// <summary>The room of proofs, put into the server.</summary>
public static class ProofRoom
{
    /// <summary>Adds what makes and reads proofs.</summary>
    public static void AddProofs(this IServiceCollection services, ProofSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<TreeQueries>();
        services.AddSingleton<Alarms>();
        services.AddSingleton<Witnesses>();
        services.AddSingleton<Checkpoints>();
        services.AddSingleton<Verification>();
        services.AddSingleton<Trail>();
        services.AddSingleton<ViewAudit>();
        services.AddHostedService(provider => provider.GetRequiredService<ViewAudit>());
        services.AddSingleton<SelfAudit>();
        services.AddHostedService(provider => provider.GetRequiredService<SelfAudit>());
        services.AddHostedService(provider => provider.GetRequiredService<Checkpoints>());
    }
}
