using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tachyon.Protocol.Signing;

/// <summary>The functions of libsecp256k1 that are used, and where the library is found.</summary>
internal static unsafe partial class Secp256k1Library
{
    private const string Name = "libsecp256k1";

    // The numbers are ABI versions of the library's releases; these functions are the same in all of them.
    private static readonly string[] Candidates =
    [
        "libsecp256k1.so.2", "libsecp256k1.so.1", "libsecp256k1.so.0", "libsecp256k1.so",
        "libsecp256k1.2.dylib", "libsecp256k1.1.dylib", "libsecp256k1.dylib",
        "libsecp256k1-2.dll", "libsecp256k1-1.dll", "secp256k1.dll",
    ];

    private static readonly nint Handle = Load();

    /// <summary>Whether the library was found, with the recovery module.</summary>
    internal static bool IsAvailable => Handle != 0;

    [LibraryImport(Name, EntryPoint = "secp256k1_context_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint ContextCreate(uint flags);

    [LibraryImport(Name, EntryPoint = "secp256k1_context_set_illegal_callback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void ContextSetIllegalCallback(
        nint context, delegate* unmanaged[Cdecl]<byte*, void*, void> callback, nint data);

    [LibraryImport(Name, EntryPoint = "secp256k1_context_randomize")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int ContextRandomize(nint context, byte* seed32);

    [LibraryImport(Name, EntryPoint = "secp256k1_ec_seckey_verify")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int SecretKeyVerify(nint context, byte* secretKey);

    [LibraryImport(Name, EntryPoint = "secp256k1_ec_pubkey_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int PublicKeyCreate(nint context, byte* opaqueKey, byte* secretKey);

    [LibraryImport(Name, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int PublicKeySerialize(nint context, byte* output, nuint* outputLength, byte* opaqueKey, uint flags);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int SignRecoverable(
        nint context, byte* opaqueSignature, byte* message32, byte* secretKey, nint nonceFunction, nint nonceData);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int RecoverableSerialize(nint context, byte* output64, int* recoveryId, byte* opaqueSignature);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int RecoverableParseCompact(nint context, byte* opaqueSignature, byte* input64, int recoveryId);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_recover")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int Recover(nint context, byte* opaqueKey, byte* opaqueSignature, byte* message32);

    private static nint Load()
    {
        foreach (string candidate in Candidates)
        {
            if (!NativeLibrary.TryLoad(candidate, typeof(Secp256k1Library).Assembly, null, out nint handle))
            {
                continue;
            }

            // A library built without the recovery module cannot make the signatures that the contract accepts.
            if (NativeLibrary.TryGetExport(handle, "secp256k1_ecdsa_sign_recoverable", out _))
            {
                NativeLibrary.SetDllImportResolver(
                    typeof(Secp256k1Library).Assembly, (name, _, _) => name == Name ? handle : 0);
                return handle;
            }

            NativeLibrary.Free(handle);
        }

        return 0;
    }
}
