namespace Clew.Server.Proof;

/// <summary>How a server signs, and where its checkpoints go. Exactly one of several servers on one database has the signer.</summary>
/// <param name="Signer">Nothing: this server shows what another signs.</param>
/// <param name="Every">How long entries wait for a checkpoint at most.</param>
/// <param name="Folder">Where each checkpoint is put as a file.</param>
/// <param name="Hook">Where each checkpoint is posted.</param>
/// <param name="AuditBytes">What the self-audit reads a second at most; 0: it does not run.</param>
public sealed record ProofSettings(Signer? Signer = null, TimeSpan? Every = null, string? Folder = null, Uri? Hook = null, long AuditBytes = 0)
{
    /// <summary>Unless told otherwise: what lies between two checkpoints is not yet proven to anybody.</summary>
    public static readonly TimeSpan EveryUsual = TimeSpan.FromSeconds(30);

    /// <summary>A small part of what a disk gives.</summary>
    public const long AuditBytesUsual = 8 << 20;
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
        services.AddHostedService(provider => provider.GetRequiredService<Checkpoints>());
    }
}
