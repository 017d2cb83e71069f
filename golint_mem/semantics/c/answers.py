"""Functions of well-known C libraries whose result the caller owns, though their names do not say so.

Where it is documented: tree.h and xpath.h of libxml2, the reference manuals of GLib, GTK, GStreamer and poppler-glib
("transfer full"), libvirt's API reference, c.h of leveldb and of rocksdb, hs_runtime.h and hs_common.h of Hyperscan,
the manual pages of libldap, Xlib and libsystemd, quickjs.h, duckdb.h, capi.h of Tesseract, curl_easy_escape(3) and
BN_bn2hex(3).
"""

from __future__ import annotations

_BY_RELEASE = {
    "xmlFree": "xmlNodeGetContent xmlGetProp xmlGetNsProp xmlGetNoNsProp xmlNodeListGetString xmlNodeListGetRawString"
    " xmlGetNodePath xmlNodeGetLang xmlNodeGetBase xmlStrdup xmlStrndup xmlURIEscape xmlURIEscapeStr xmlBuildURI"
    " xmlXPathCastToString xmlXPathCastNodeToString xmlXPathCastNodeSetToString",
    "xmlXPathFreeObject": "xmlXPathEval xmlXPathEvalExpression xmlXPathCompiledEval",
    "g_free": "g_key_file_get_string g_key_file_get_value g_file_get_path g_file_get_uri g_file_get_basename"
    " g_file_get_parse_name g_strescape g_filename_to_uri g_filename_from_uri g_build_filename g_uri_escape_string"
    " g_date_time_format g_variant_print g_variant_dup_string g_utf8_strdown g_utf8_strup g_utf8_normalize"
    " g_base64_encode g_locale_to_utf8 g_locale_from_utf8 g_filename_to_utf8 g_path_get_basename g_path_get_dirname"
    " g_find_program_in_path g_markup_escape_text gtk_file_chooser_get_filename gtk_file_chooser_get_uri"
    " gtk_file_chooser_get_current_folder gtk_editable_get_chars gtk_text_buffer_get_text gtk_text_buffer_get_slice"
    " gtk_text_iter_get_text gtk_text_iter_get_slice gtk_combo_box_text_get_active_text gtk_clipboard_wait_for_text"
    " gtk_color_selection_palette_to_string gtk_accelerator_name gtk_accelerator_get_label gst_caps_to_string"
    " gst_structure_to_string gst_object_get_name gst_object_get_path_string gst_pad_get_name gst_element_get_name"
    " gst_uri_get_protocol gst_uri_get_location gst_version_string"
    " poppler_page_get_text poppler_page_get_selected_text poppler_page_get_label poppler_document_get_title"
    " poppler_document_get_author poppler_document_get_subject poppler_document_get_keywords"
    " poppler_document_get_creator poppler_document_get_producer poppler_document_get_metadata"
    " poppler_document_get_pdf_version_string poppler_annot_get_contents poppler_annot_get_name",
    "free": "leveldb_get leveldb_property_value rocksdb_get rocksdb_get_cf rocksdb_property_value"
    " rocksdb_property_value_cf readline virDomainGetXMLDesc virDomainGetOSType virDomainGetMetadata"
    " virDomainGetSchedulerType virDomainSnapshotGetXMLDesc virNetworkGetXMLDesc virNetworkGetBridgeName"
    " virStoragePoolGetXMLDesc virStorageVolGetXMLDesc virStorageVolGetPath virNodeDeviceGetXMLDesc"
    " virInterfaceGetXMLDesc virSecretGetXMLDesc virNWFilterGetXMLDesc virConnectGetCapabilities"
    " virConnectGetHostname virConnectGetURI virConnectGetSysinfo virConnectBaselineCPU virConnectDomainXMLFromNative"
    " virConnectDomainXMLToNative virConnectGetDomainCapabilities",
    "JS_FreeCString": "JS_ToCString JS_ToCStringLen2",
    "duckdb_free": "duckdb_value_varchar duckdb_get_varchar",
    "TessDeleteText": "TessBaseAPIGetUTF8Text TessBaseAPIGetHOCRText TessBaseAPIGetTsvText TessBaseAPIGetUNLVText",
    "ldap_memfree": "ldap_get_dn ldap_first_attribute ldap_next_attribute",
    "ldap_value_free_len": "ldap_get_values_len",
    "XFree": "XGetAtomName XGetWMHints XGetVisualInfo",
    "curl_free": "curl_easy_escape curl_easy_unescape",
    "CRYPTO_free": "BN_bn2hex BN_bn2dec",
}
ANSWERS = {name: release for release, names in _BY_RELEASE.items() for name in names.split()}
"""What releases the result of a function."""
FILLED = {
    "hs_database_info": (1, "free"),
    "hs_serialized_database_info": (2, "free"),
    "hs_serialize_database": (1, "free"),
    "sd_journal_get_cursor": (1, "free"),
    "sd_pid_get_unit": (1, "free"),
    "sd_pid_get_slice": (1, "free"),
    "sd_pid_get_session": (1, "free"),
    "getcon": (0, "freecon"),
    "getpidcon": (1, "freecon"),
    "getfilecon": (1, "freecon"),
    "XFetchName": (2, "XFree"),
}
"""What releases what a function stores through a parameter, and which one that is."""
