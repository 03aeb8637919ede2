/** Where a layer's tsconfig sends the modules it must not see. Not a module on purpose: importing it fails to compile. */
