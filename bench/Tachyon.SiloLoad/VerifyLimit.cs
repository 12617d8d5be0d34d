using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tachyon.SiloLoad;

/// <summary>
/// What libsecp256k1 alone can do: a plain loop over its verification with keys that are parsed already, and over the
/// recovery that the silo uses instead. Nothing else runs in the loop: no hashing, no checks of form, no keys to look up.
/// </summary>
internal static unsafe partial class VerifyLimit
{
    private const string Library = "libsecp256k1";
    private const uint ContextVerify = 0x0101;
    private const int Signatures = 256;
    private const int OpaqueLength = 65;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    static VerifyLimit() => NativeLibrary.SetDllImportResolver(typeof(VerifyLimit).Assembly, (name, assembly, _) =>
        name != Library ? 0
        : new[] { "libsecp256k1.so.2", "libsecp256k1.so.1", "libsecp256k1.so.0", "libsecp256k1.so" }
            .Select(file => NativeLibrary.TryLoad(file, assembly, null, out var handle) ? handle : 0)
            .FirstOrDefault(handle => handle != 0));

    /// <summary>
    /// Verifications and recoveries for each second of processor time, with all cores at it at once: cores of one
    /// machine slow each other down, and the silo does not have it to itself either.
    /// </summary>
    public static (double VerifiesPerCpuSecond, double RecoversPerCpuSecond) Measure()
    {
        var context = ContextCreate(ContextVerify);
        using var signer = new KeySigner(Keccak256.HashText("limit").ToArray());
        var inputs = new Inputs[Signatures];
        for (var i = 0; i < Signatures; i++)
        {
            inputs[i] = Inputs.Make(context, signer, (ulong)i);
        }

        return (PerCpuSecond(inputs, input => input.Verify(context)), PerCpuSecond(inputs, input => input.Recover(context)));
    }

    private static double PerCpuSecond(Inputs[] inputs, Func<Inputs, bool> operation)
    {
        long total = 0;
        var before = Environment.CpuUsage.TotalTime;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            var started = Stopwatch.GetTimestamp();
            long count = 0;
            while (Stopwatch.GetElapsedTime(started) < Duration)
            {
                foreach (var input in inputs)
                {
                    if (!operation(input))
                    {
                        throw new InvalidOperationException("libsecp256k1 refuses a good signature.");
                    }
                }

                count += inputs.Length;
            }

            Interlocked.Add(ref total, count);
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return total / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial nint ContextCreate(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_parse")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int PublicKeyParse(nint context, byte* opaqueKey, byte* input, nuint length);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_signature_parse_compact")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int ParseCompact(nint context, byte* opaqueSignature, byte* input64);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_verify")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int Verify(nint context, byte* opaqueSignature, byte* message32, byte* opaqueKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int RecoverableParseCompact(nint context, byte* opaqueSignature, byte* input64, int recoveryId);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recover")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int Recover(nint context, byte* opaqueKey, byte* opaqueSignature, byte* message32);

    private sealed class Inputs
    {
        private readonly byte[] _digest = new byte[32];
        private readonly byte[] _signature = new byte[OpaqueLength];
        private readonly byte[] _recoverable = new byte[OpaqueLength];
        private readonly byte[] _key = new byte[OpaqueLength];

        public static Inputs Make(nint context, KeySigner signer, ulong number)
        {
            var inputs = new Inputs();
            var message = new Tachyon.Protocol.Channels.Closure(default, number, 0);
            var domain = new Eip712Domain(1, default);
            TypedData.Digest(message, domain).CopyTo(inputs._digest);
            var signature = signer.Sign(message, domain).ToArray();
            byte[] key = [4, .. signer.PublicKey.X.ToArray(), .. signer.PublicKey.Y.ToArray()];
            fixed (byte* compact = signature, verifiable = inputs._signature, recoverable = inputs._recoverable, opaqueKey = inputs._key, serialized = key)
            {
                if (ParseCompact(context, verifiable, compact) != 1
                    || RecoverableParseCompact(context, recoverable, compact, signature[64] - 27) != 1
                    || PublicKeyParse(context, opaqueKey, serialized, (nuint)key.Length) != 1)
                {
                    throw new InvalidOperationException("libsecp256k1 refuses a good signature.");
                }
            }

            return inputs;
        }

        public bool Verify(nint context)
        {
            fixed (byte* digest = _digest, signature = _signature, key = _key)
            {
                return VerifyLimit.Verify(context, signature, digest, key) == 1;
            }
        }

        public bool Recover(nint context)
        {
            byte* key = stackalloc byte[OpaqueLength];
            fixed (byte* digest = _digest, recoverable = _recoverable)
            {
                return VerifyLimit.Recover(context, key, recoverable, digest) == 1;
            }
        }
    }
}
